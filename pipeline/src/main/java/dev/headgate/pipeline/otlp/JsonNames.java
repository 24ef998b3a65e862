package dev.headgate.pipeline.otlp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The member names of one message, found by their bytes without making a string of each.
///
/// **Threading:** immutable.
final class JsonNames {
  private static final Map<OtlpMessage, JsonNames> BY_MESSAGE = byMessage();
  private static final int MAX_SNAKE_CASE_BYTES = 48;

  private final byte[][] names;
  private final @Nullable OtlpField[] fields;
  private final int mask;

  private JsonNames(OtlpMessage message) {
    List<OtlpField> known = message.fields();
    int size = Integer.highestOneBit(Math.max(4, known.size() * 4));
    this.names = new byte[size][];
    this.fields = new OtlpField[size];
    this.mask = size - 1;
    Arrays.fill(names, new byte[0]);
    for (OtlpField field : known) {
      byte[] name = field.jsonName().getBytes(StandardCharsets.US_ASCII);
      int slot = hash(name, 0, name.length) & mask;
      while (fields[slot] != null) {
        slot = (slot + 1) & mask;
      }
      names[slot] = name;
      fields[slot] = field;
    }
  }

  private static Map<OtlpMessage, JsonNames> byMessage() {
    Map<OtlpMessage, JsonNames> all = new EnumMap<>(OtlpMessage.class);
    for (OtlpMessage message : OtlpMessage.values()) {
      all.put(message, new JsonNames(message));
    }
    return all;
  }

  /// The names of a message's members.
  static JsonNames of(OtlpMessage message) {
    return Objects.requireNonNull(BY_MESSAGE.get(message));
  }

  /// The field that is called `source[from, to)`, or null when none is.
  @Nullable OtlpField find(byte[] source, int from, int to) {
    if (from == to) {
      return null;
    }
    // The table is at most half full, so a free slot ends every search.
    for (int slot = hash(source, from, to) & mask; ; slot = (slot + 1) & mask) {
      OtlpField field = fields[slot];
      if (field == null) {
        return null;
      }
      byte[] name = names[slot];
      if (Arrays.equals(name, 0, name.length, source, from, to)) {
        return field;
      }
    }
  }

  /// Whether `source[from, to)` would be one of these names if it were spelt in camel case.
  boolean isSnakeCase(byte[] source, int from, int to) {
    if (to - from > MAX_SNAKE_CASE_BYTES) {
      return false;
    }
    byte[] camel = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      if (source[i] == '_' && i + 1 < to && source[i + 1] >= 'a' && source[i + 1] <= 'z') {
        i++;
        camel[length++] = (byte) (source[i] - 'a' + 'A');
      } else {
        camel[length++] = source[i];
      }
    }
    return length < camel.length && find(camel, 0, length) != null;
  }

  /* Constant time for names of any length; all searched tables hold OTLP's own names only. */
  private static int hash(byte[] source, int from, int to) {
    int length = to - from;
    return length * 31 + source[from] * 7 + source[to - 1] * 3 + source[from + (length >>> 1)] * 13;
  }
}
