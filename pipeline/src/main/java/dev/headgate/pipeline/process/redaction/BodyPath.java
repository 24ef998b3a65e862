package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.wire.Utf8;
import java.util.Arrays;

/// Where in a log's body a walk is, as the Collector names it: `user.cards.[0].number`. Reusable.
///
/// **Threading:** confined to one thread.
final class BodyPath {
  private static final int INDEX = -1;

  // Of each step the key's place in the request, or INDEX and the index in a list.
  private int[] from = new int[8];
  private int[] to = new int[8];
  private int depth;

  /// Back to the body itself.
  void reset() {
    depth = 0;
  }

  /// To the entry of a map whose key is in the request's `[keyFrom, keyTo)`.
  void enterKey(int keyFrom, int keyTo) {
    push(keyFrom, keyTo);
  }

  /// To an element of a list.
  void enterIndex(int index) {
    push(INDEX, index);
  }

  private void push(int first, int second) {
    if (depth == from.length) {
      from = Arrays.copyOf(from, depth * 2);
      to = Arrays.copyOf(to, depth * 2);
    }
    from[depth] = first;
    to[depth] = second;
    depth++;
  }

  /// One step back.
  void leave() {
    depth--;
  }

  /// Whether this is the body itself.
  boolean isBody() {
    return depth == 0;
  }

  /// How long the path is, or a little less.
  int bytes() {
    int bytes = depth;
    for (int i = 0; i < depth; i++) {
      bytes += from[i] == INDEX ? 2 : to[i] - from[i];
    }
    return bytes;
  }

  /// The path in the request `buffer`.
  String text(byte[] buffer) {
    if (depth == 0) {
      return "body";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      if (i > 0) {
        text.append('.');
      }
      if (from[i] == INDEX) {
        text.append('[').append(to[i]).append(']');
      } else {
        text.append(Utf8.text(buffer, from[i], to[i]));
      }
    }
    return text.toString();
  }
}
