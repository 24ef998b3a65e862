package dev.headgate.pipeline.otlp;

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
/// cold paths: it allocates.
public final class AnyValueText {
  private AnyValueText() {}

  /// The text of the AnyValue whose body is `buffer[from, to)` in checked bytes; an absent value
  /// (-1, -1) is empty.
  public static String of(byte[] buffer, int from, int to) {
    AnyValueCursor value = new AnyValueCursor();
    value.read(buffer, from, to);
    return switch (value.kind()) {
      case NONE, STRING_INDEX -> "";
      case STRING -> Utf8.text(buffer, value.from(), value.to());
      case BOOL -> Boolean.toString(value.boolValue());
      case INT -> Long.toString(value.intValue());
      case DOUBLE -> decimal(value.doubleValue());
      case BYTES -> base64(buffer, value.from(), value.to());
      case ARRAY, KVLIST -> {
        StringBuilder json = new StringBuilder();
        // Go's encoder refuses NaN and infinities inside arrays and maps; AsString is then empty.
        yield appendJson(json, buffer, from, to) ? json.toString() : "";
      }
    };
  }

  private static boolean appendJson(StringBuilder json, byte[] buffer, int from, int to) {
    AnyValueCursor value = new AnyValueCursor();
    value.read(buffer, from, to);
    switch (value.kind()) {
      case NONE, STRING_INDEX -> json.append("null");
      case STRING -> quote(json, Utf8.text(buffer, value.from(), value.to()));
      case BOOL -> json.append(value.boolValue());
      case INT -> json.append(value.intValue());
      case DOUBLE -> {
        if (!Double.isFinite(value.doubleValue())) {
          return false;
        }
        json.append(number(value.doubleValue()));
      }
      case BYTES -> json.append('"').append(base64(buffer, value.from(), value.to())).append('"');
      case ARRAY -> {
        return appendArray(json, buffer, value.from(), value.to());
      }
      case KVLIST -> {
        return appendMap(json, buffer, value.from(), value.to());
      }
    }
    return true;
  }

  private static boolean appendArray(StringBuilder json, byte[] buffer, int from, int to) {
    json.append('[');
    boolean first = true;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(buffer, at);
      int value = WireScan.varintEnd(buffer, at);
      at = WireScan.skip(buffer, tag, value);
      if (tag >>> 3 == 1) {
        if (!first) {
          json.append(',');
        }
        first = false;
        if (!appendJson(json, buffer, WireScan.varintEnd(buffer, value), at)) {
          return false;
        }
      }
    }
    json.append(']');
    return true;
  }

  private static boolean appendMap(StringBuilder json, byte[] buffer, int from, int to) {
    Map<String, int[]> sorted = new TreeMap<>(AnyValueText::compareUtf8);
    KeyValueCursor entry = new KeyValueCursor();
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(buffer, at);
      int value = WireScan.varintEnd(buffer, at);
      at = WireScan.skip(buffer, tag, value);
      if (tag >>> 3 == 1) {
        entry.read(buffer, WireScan.varintEnd(buffer, value), at);
        String key = Utf8.text(buffer, entry.keyFrom(), entry.keyTo());
        sorted.put(key, new int[] {entry.valueFrom(), entry.valueTo()});
      }
    }
    json.append('{');
    boolean first = true;
    for (Map.Entry<String, int[]> member : sorted.entrySet()) {
      if (!first) {
        json.append(',');
      }
      first = false;
      quote(json, member.getKey());
      json.append(':');
      if (!appendJson(json, buffer, member.getValue()[0], member.getValue()[1])) {
        return false;
      }
    }
    json.append('}');
    return true;
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
    return Base64.getEncoder().encodeToString(Arrays.copyOfRange(buffer, from, to));
  }

  /// As Go's `encoding/json` quotes when it leaves the characters of HTML alone.
  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        case '\u2028', '\u2029' -> escape(json, c);
        default -> {
          if (c < 0x20) {
            escape(json, c);
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }

  private static void escape(StringBuilder json, char c) {
    json.append("\\u").append(HexFormat.of().toHexDigits(c));
  }
}
