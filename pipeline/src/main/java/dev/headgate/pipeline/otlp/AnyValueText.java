package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.wire.OutputLimitException;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireScan;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/// Renders an AnyValue as text the way the Collector does (`pcommon.Value.AsString`): a string as
/// it is, bytes in base64, arrays and maps as JSON with sorted keys, nothing as the empty text. For
/// cold paths: it allocates. No text becomes longer than [#MAX_CHARS], because a request of some
/// kilobytes can say what is hundreds of megabytes as text, and that memory is not budgeted.
public final class AnyValueText {
  /// The longest text of a value; a longer one ends in an [OutputLimitException].
  public static final int MAX_CHARS = 1 << 20;

  /* What a member of a map takes besides its key, at least: `"":0}`. */
  private static final int LEAST_MEMBER_CHARS = 5;

  private final StringBuilder json = new StringBuilder();
  private int reservedChars;

  private AnyValueText() {}

  /// The text of the AnyValue whose body is `buffer[from, to)` in checked bytes; an absent value
  /// (-1, -1) is empty.
  ///
  /// @throws OutputLimitException when the text would be longer than [#MAX_CHARS]
  public static String of(byte[] buffer, int from, int to) {
    AnyValueCursor value = new AnyValueCursor();
    value.read(buffer, from, to);
    return switch (value.kind()) {
      case NONE, STRING_INDEX -> "";
      case STRING -> utf8(buffer, value.from(), value.to());
      case BOOL -> Boolean.toString(value.boolValue());
      case INT -> Long.toString(value.intValue());
      case DOUBLE -> decimal(value.doubleValue());
      case BYTES -> base64(buffer, value.from(), value.to());
      case ARRAY, KVLIST -> {
        AnyValueText text = new AnyValueText();
        // Go's encoder refuses NaN and infinities inside arrays and maps; AsString is then empty.
        yield text.appendJson(buffer, from, to) ? text.json.toString() : "";
      }
    };
  }

  private boolean appendJson(byte[] buffer, int from, int to) {
    AnyValueCursor value = new AnyValueCursor();
    value.read(buffer, from, to);
    switch (value.kind()) {
      case NONE, STRING_INDEX -> append("null");
      case STRING -> quote(utf8(buffer, value.from(), value.to()));
      case BOOL -> append(Boolean.toString(value.boolValue()));
      case INT -> append(Long.toString(value.intValue()));
      case DOUBLE -> {
        if (!Double.isFinite(value.doubleValue())) {
          return false;
        }
        append(number(value.doubleValue()));
      }
      case BYTES -> {
        append('"');
        append(base64(buffer, value.from(), value.to()));
        append('"');
      }
      case ARRAY -> {
        return appendArray(buffer, value.from(), value.to());
      }
      case KVLIST -> {
        return appendMap(buffer, value.from(), value.to());
      }
    }
    return true;
  }

  private boolean appendArray(byte[] buffer, int from, int to) {
    append('[');
    boolean first = true;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(buffer, at);
      int value = WireScan.varintEnd(buffer, at);
      at = WireScan.skip(buffer, tag, value);
      if (tag >>> 3 == 1) {
        if (!first) {
          append(',');
        }
        first = false;
        if (!appendJson(buffer, WireScan.varintEnd(buffer, value), at)) {
          return false;
        }
      }
    }
    append(']');
    return true;
  }

  private boolean appendMap(byte[] buffer, int from, int to) {
    boolean first = true;
    append('{');
    for (Map.Entry<String, int[]> member : sortedMembers(buffer, from, to).entrySet()) {
      reservedChars -= leastChars(member.getKey());
      if (!first) {
        append(',');
      }
      first = false;
      quote(member.getKey());
      append(':');
      if (!appendJson(buffer, member.getValue()[0], member.getValue()[1])) {
        return false;
      }
    }
    append('}');
    return true;
  }

  /* Where the value of each key is. The text that they take at least is reserved, so that there are
  never more of them in memory than can be written. */
  private Map<String, int[]> sortedMembers(byte[] buffer, int from, int to) {
    Map<String, int[]> sorted = new TreeMap<>(AnyValueText::compareUtf8);
    KeyValueCursor entry = new KeyValueCursor();
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(buffer, at);
      int value = WireScan.varintEnd(buffer, at);
      at = WireScan.skip(buffer, tag, value);
      if (tag >>> 3 == 1) {
        entry.read(buffer, WireScan.varintEnd(buffer, value), at);
        String key = utf8(buffer, entry.keyFrom(), entry.keyTo());
        if (sorted.put(key, new int[] {entry.valueFrom(), entry.valueTo()}) == null) {
          requireRoom(leastChars(key));
          reservedChars += leastChars(key);
        }
      }
    }
    return sorted;
  }

  private static int leastChars(String key) {
    return key.length() + LEAST_MEMBER_CHARS;
  }

  private void append(char c) {
    requireRoom(1);
    json.append(c);
  }

  private void append(String text) {
    requireRoom(text.length());
    json.append(text);
  }

  private void requireRoom(int chars) {
    requireFits((long) json.length() + reservedChars + chars);
  }

  /// Refuses to make a text that is too long.
  ///
  /// @throws OutputLimitException when there are more characters than [#MAX_CHARS]
  public static void requireFits(long chars) {
    if (chars > MAX_CHARS) {
      throw new OutputLimitException(MAX_CHARS);
    }
  }

  /// The text of UTF-8 bytes.
  ///
  /// @throws OutputLimitException when it would be longer than [#MAX_CHARS]
  public static String utf8(byte[] buffer, int from, int to) {
    // No more than three bytes make a character of UTF-16.
    requireFits((to - from) / 3);
    String text = Utf8.text(buffer, from, to);
    requireFits(text.length());
    return text;
  }

  /* In the order of the bytes, which is not that of UTF-16. */
  private static int compareUtf8(String a, String b) {
    return Arrays.compareUnsigned(Utf8.bytes(a), Utf8.bytes(b));
  }

  private static String decimal(double value) {
    // "NaN", "Infinity" and "-Infinity" are the Collector's words too.
    return Double.isFinite(value) ? number(value) : Double.toString(value);
  }

  /// As Go's `encoding/json` writes a finite float: the shortest digits, without exponent from 1e-6
  /// up to 1e21.
  public static String number(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal digits = shortest(value);
    double size = Math.abs(value);
    if (size >= 1e-6 && size < 1e21) {
      return digits.toPlainString();
    }
    String unscaled = digits.unscaledValue().abs().toString();
    int exponent = unscaled.length() - 1 - digits.scale();
    StringBuilder text = new StringBuilder();
    if (value < 0) {
      text.append('-');
    }
    text.append(unscaled.charAt(0));
    if (unscaled.length() > 1) {
      text.append('.').append(unscaled, 1, unscaled.length());
    }
    return text.append('e').append(exponent < 0 ? "-" : "+").append(Math.abs(exponent)).toString();
  }

  /* Java writes two digits where one would do: 4.9e-324. */
  private static BigDecimal shortest(double value) {
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    BigDecimal one = digits.precision() == 2 ? digits.round(new MathContext(1)) : digits;
    return one.doubleValue() == value ? one : digits;
  }

  private static String base64(byte[] buffer, int from, int to) {
    requireFits((to - from + 2L) / 3 * 4);
    return Base64.getEncoder().encodeToString(Arrays.copyOfRange(buffer, from, to));
  }

  /// As Go's `encoding/json` quotes when it leaves the characters of HTML alone.
  private void quote(String text) {
    append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> append("\\" + c);
        case '\n' -> append("\\n");
        case '\r' -> append("\\r");
        case '\t' -> append("\\t");
        case '\b' -> append("\\b");
        case '\f' -> append("\\f");
        case '\u2028', '\u2029' -> escape(c);
        default -> {
          if (c < 0x20) {
            escape(c);
          } else {
            append(c);
          }
        }
      }
    }
    append('"');
  }

  private void escape(char c) {
    append("\\u" + HexFormat.of().toHexDigits(c));
  }
}
