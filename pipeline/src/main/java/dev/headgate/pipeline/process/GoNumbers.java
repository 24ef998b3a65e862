package dev.headgate.pipeline.process;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Numbers in texts as Go's `strconv` reads them, which is what the Collector does with attributes.
public final class GoNumbers {
  private GoNumbers() {}

  /// A whole decimal number of 64 bits (`strconv.ParseInt(text, 10, 64)`), or null.
  public static @Nullable Long parseInt(String text) {
    int from = signLength(text);
    if (from == text.length() || digitsEnd(text, from, false) < text.length()) {
      return null;
    }
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException tooLarge) {
      return null;
    }
  }

  /// A number (`strconv.ParseFloat(text, 64)`): decimal, hexadecimal with exponent, infinity or NaN
  /// in any case, underscores between digits. Null when it is none or beyond the largest double.
  public static @Nullable Double parseFloat(String text) {
    int from = signLength(text);
    boolean negative = text.startsWith("-");
    String number = text.substring(from).toLowerCase(Locale.ROOT);
    switch (number) {
      case "inf", "infinity" -> {
        return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      }
      case "nan" -> {
        return from == 0 ? Double.NaN : null;
      }
      default -> {}
    }
    boolean hex = number.startsWith("0x");
    String plain = number.replace("_", "");
    if (!(underscoresSeparate(number, hex) && isNumber(plain, hex))) {
      return null;
    }
    double value = Double.parseDouble(plain);
    return Double.isInfinite(value) ? null : Double.valueOf(negative ? -value : value);
  }

  private static int signLength(String text) {
    return text.startsWith("+") || text.startsWith("-") ? 1 : 0;
  }

  /* Each stands between two digits, the prefix `0x` counting as one. */
  private static boolean underscoresSeparate(String text, boolean hex) {
    for (int i = text.indexOf('_'); i >= 0; i = text.indexOf('_', i + 1)) {
      boolean behindDigit = i > 0 && ((hex && i == 2) || isDigit(text.charAt(i - 1), hex));
      if (!behindDigit || i + 1 == text.length() || !isDigit(text.charAt(i + 1), hex)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(String text, boolean hex) {
    int from = hex ? 2 : 0;
    int point = digitsEnd(text, from, hex);
    boolean hasPoint = point < text.length() && text.charAt(point) == '.';
    int end = hasPoint ? digitsEnd(text, point + 1, hex) : point;
    if (end - from == (hasPoint ? 1 : 0)) {
      return false;
    }
    if (end == text.length()) {
      return !hex;
    }
    if (text.charAt(end) != (hex ? 'p' : 'e')) {
      return false;
    }
    int exponent = end + 1 + signLength(text.substring(end + 1));
    return exponent < text.length() && digitsEnd(text, exponent, false) == text.length();
  }

  private static int digitsEnd(String text, int from, boolean hex) {
    int at = from;
    while (at < text.length() && isDigit(text.charAt(at), hex)) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(char c, boolean hex) {
    return (c >= '0' && c <= '9') || (hex && c >= 'a' && c <= 'f');
  }
}
