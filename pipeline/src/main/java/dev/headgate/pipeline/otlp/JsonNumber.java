package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.otlp.OtlpField.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/// Numbers of OTLP/JSON: 64-bit integers never pass through a double, and everything is checked
/// against the range of its field. Integers may be spelt like `1.0` or `1e3` as protojson allows,
/// as long as they are whole.
final class JsonNumber {
  /// What [#scan] returns for text that is no number.
  static final int NONE = -1;

  private static final int MAX_CHARS = 1000;
  private static final int MAX_EXACT_DIGITS = 15;
  private static final int MAX_EXACT_POWER = 22;
  private static final int MAX_LONG_DIGITS = 19;
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private JsonNumber() {}

  /// The end of the number that begins at `from` (RFC 8259, section 6), or [#NONE].
  static int scan(byte[] b, int from, int limit) {
    int at = from;
    if (at < limit && b[at] == '-') {
      at++;
    }
    int whole = digits(b, at, limit);
    if (whole == at || (b[at] == '0' && whole > at + 1)) {
      return NONE;
    }
    at = whole;
    if (at < limit && b[at] == '.') {
      int fraction = digits(b, at + 1, limit);
      if (fraction == at + 1) {
        return NONE;
      }
      at = fraction;
    }
    if (at < limit && (b[at] | 0x20) == 'e') {
      at++;
      if (at < limit && (b[at] == '+' || b[at] == '-')) {
        at++;
      }
      int exponent = digits(b, at, limit);
      if (exponent == at) {
        return NONE;
      }
      at = exponent;
    }
    return at;
  }

  private static int digits(byte[] b, int from, int limit) {
    int at = from;
    while (at < limit && b[at] >= '0' && b[at] <= '9') {
      at++;
    }
    return at;
  }

  /// The bits of a whole number in the range of an integer field. The text is one that [#scan] has
  /// passed.
  ///
  /// @throws ArithmeticException when it has a fraction or is out of range; the message says which
  static long integer(Kind kind, byte[] b, int from, int to) {
    boolean negative = b[from] == '-';
    int first = negative ? from + 1 : from;
    int end = digits(b, first, to);
    if (end < to || to - first > MAX_LONG_DIGITS) {
      return bigInteger(kind, b, from, to);
    }
    // Nineteen digits always fit into 64 bits without a sign.
    long magnitude = 0;
    for (int i = first; i < to; i++) {
      magnitude = magnitude * 10 + (b[i] - '0');
    }
    return ranged(kind, negative, magnitude);
  }

  private static long bigInteger(Kind kind, byte[] b, int from, int to) {
    BigDecimal decimal = decimal(b, from, to);
    if (decimal.signum() == 0) {
      return 0;
    }
    // Before any power of ten is computed: an exponent can be as large as its digits say.
    if ((long) decimal.precision() - decimal.scale() > MAX_LONG_DIGITS + 1) {
      throw new ArithmeticException("out of range");
    }
    BigDecimal stripped = decimal.stripTrailingZeros();
    if (stripped.scale() > 0) {
      throw new ArithmeticException("not a whole number");
    }
    BigInteger whole = stripped.toBigIntegerExact();
    if (whole.abs().bitLength() > Long.SIZE) {
      throw new ArithmeticException("out of range");
    }
    return ranged(kind, whole.signum() < 0, whole.abs().longValue());
  }

  private static BigDecimal decimal(byte[] b, int from, int to) {
    if (to - from > MAX_CHARS) {
      throw new ArithmeticException("number of more than " + MAX_CHARS + " characters");
    }
    try {
      return new BigDecimal(new String(b, from, to - from, StandardCharsets.US_ASCII));
    } catch (NumberFormatException _) {
      // The syntax is proven: what is left is an exponent beyond 32 bits.
      throw new ArithmeticException("out of range");
    }
  }

  private static long ranged(Kind kind, boolean negative, long magnitude) {
    long value = negative ? -magnitude : magnitude;
    boolean fits =
        switch (kind) {
          case INT64, SFIXED64 -> magnitude >= 0 || (negative && magnitude == Long.MIN_VALUE);
          case UINT64, FIXED64 -> !negative || magnitude == 0;
          case INT32, SINT32, ENUM -> magnitude >= 0 && value == (int) value;
          case UINT32, FIXED32 -> magnitude >= 0 && value >>> Integer.SIZE == 0;
          case STRING, BYTES, TRACE_ID, SPAN_ID, MESSAGE, BOOL, DOUBLE -> false;
        };
    if (!fits) {
      throw new ArithmeticException("out of range");
    }
    return value;
  }

  /// The nearest double. The text is one that [#scan] has passed.
  ///
  /// @throws ArithmeticException when it is beyond the largest double
  static double real(byte[] b, int from, int to) {
    boolean negative = b[from] == '-';
    long digits = 0;
    int count = 0;
    int fraction = 0;
    boolean exact = true;
    boolean behindPoint = false;
    for (int i = negative ? from + 1 : from; i < to && exact; i++) {
      int c = b[i];
      if (c == '.') {
        behindPoint = true;
      } else if (c > '9' || count == MAX_EXACT_DIGITS || fraction == MAX_EXACT_POWER) {
        exact = false;
      } else {
        digits = digits * 10 + (c - '0');
        count += digits == 0 ? 0 : 1;
        fraction += behindPoint ? 1 : 0;
      }
    }
    if (exact) {
      // Both operands are exact, so that their quotient is the nearest double (Clinger 1990).
      double value = digits / POWERS_OF_TEN[fraction];
      return negative ? -value : value;
    }
    return parsed(b, from, to);
  }

  private static double parsed(byte[] b, int from, int to) {
    if (to - from > MAX_CHARS) {
      throw new ArithmeticException("number of more than " + MAX_CHARS + " characters");
    }
    double value = Double.parseDouble(new String(b, from, to - from, StandardCharsets.US_ASCII));
    if (Double.isInfinite(value)) {
      throw new ArithmeticException("out of range");
    }
    return value;
  }
}
