package dev.headgate.pipeline.otlp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where in an OTLP/JSON document a transcoder stands, kept in known names only, so that an error
/// can say where it is without repeating anything that the client sent.
///
/// **Threading:** confined to one thread.
final class JsonPath {
  private static final int NO_INDEX = -1;

  private @Nullable OtlpField[] fields = new OtlpField[32];
  private int[] indexes = new int[32];
  private int depth;

  /// Stands at the root.
  void reset() {
    depth = 0;
  }

  /// Goes into a member of the object at hand.
  void push(OtlpField field) {
    if (depth == indexes.length) {
      fields = Arrays.copyOf(fields, depth * 2);
      indexes = Arrays.copyOf(indexes, depth * 2);
    }
    fields[depth] = field;
    indexes[depth] = NO_INDEX;
    depth++;
  }

  /// Stands at an element of the array that the member at hand holds.
  void index(int index) {
    indexes[depth - 1] = index;
  }

  /// Goes back out of the member at hand.
  void pop() {
    depth--;
  }

  /// The path as in `resourceSpans[0].scopeSpans[0].spans[3].traceId`, empty at the root.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      OtlpField field = fields[i];
      if (field == null) {
        continue;
      }
      if (i > 0) {
        text.append('.');
      }
      text.append(field.jsonName());
      if (indexes[i] != NO_INDEX) {
        text.append('[').append(indexes[i]).append(']');
      }
    }
    return text.toString();
  }
}
