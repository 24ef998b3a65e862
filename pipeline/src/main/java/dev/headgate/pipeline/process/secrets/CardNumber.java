package dev.headgate.pipeline.process.secrets;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// A number of a payment card: a range that an issuer uses (ISO/IEC 7812), the length of that
/// range, groups as they are printed or none, and the check digit of Luhn.
final class CardNumber implements SecretRule {
  private static final int MIN_DIGITS = 14;
  private static final int MAX_DIGITS = 19;

  @Override
  public String name() {
    return "card_number";
  }

  @Override
  public List<byte[]> literals() {
    return List.of("0000".getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public int rank() {
    return FORM;
  }

  @Override
  public long match(byte[] text, int from, int to, int start, int end) {
    // Card numbers begin with 2 to 6.
    if (text[start] < '2'
        || text[start] > '6'
        || (start > from && !mayStandBefore(text, from, start))) {
      return Span.NONE;
    }
    int at = start;
    int digits = 0;
    int separator = 0;
    int sum = 0;
    int doubled = 0;
    while (at < to && digits <= MAX_DIGITS) {
      int c = text[at];
      if (Ascii.isDigit(c)) {
        int digit = c - '0';
        int twice = digit < 5 ? digit * 2 : digit * 2 - 9;
        // Two sums, as the number of digits says only at the end which ones are doubled.
        int keep = sum;
        sum = doubled + digit;
        doubled = keep + twice;
        digits++;
        at++;
      } else if ((c == ' ' || c == '-')
          && digits >= 4
          && (separator == 0 ? digits == 4 : separator == c && (digits % 4 == 0 || digits == 10))
          && at + 1 < to
          && Ascii.isDigit(text[at + 1])) {
        separator = c;
        at++;
      } else {
        break;
      }
    }
    if (digits < MIN_DIGITS || digits > MAX_DIGITS || sum % 10 != 0) {
      return Span.NONE;
    }
    if (at < to && !mayStandBehind(text, at, to)) {
      return Span.NONE;
    }
    return isIssued(text, start, digits) ? Span.of(start, at) : Span.NONE;
  }

  private static boolean mayStandBefore(byte[] text, int from, int at) {
    int c = text[at - 1];
    if (c == '.' || c == '_' || c == '+' || c == '#') {
      return false;
    }
    if (c == '-') {
      return at - 1 == from || !Ascii.isAlphanumeric(text[at - 2]);
    }
    return Ascii.beginsWord(text, from, at);
  }

  private static boolean mayStandBehind(byte[] text, int at, int to) {
    int c = text[at];
    if (Ascii.isAlphanumeric(c) || c == '_') {
      return false;
    }
    return (c != '.' && c != '-') || at + 1 == to || !Ascii.isAlphanumeric(text[at + 1]);
  }

  private static boolean isIssued(byte[] text, int start, int digits) {
    int six = 0;
    int at = start;
    for (int read = 0; read < 6; at++) {
      if (Ascii.isDigit(text[at])) {
        six = six * 10 + text[at] - '0';
        read++;
      }
    }
    int four = six / 100;
    int two = six / 10_000;
    return switch (digits) {
      // Diners Club.
      case 14 -> two == 36 || two == 38 || two == 39 || (four / 10 >= 300 && four / 10 <= 305);
      // American Express.
      case 15 -> two == 34 || two == 37;
      case 16 ->
          // Visa, Mastercard, Discover, UnionPay, JCB, Maestro, Mir.
          two / 10 == 4
              || (two >= 51 && two <= 55)
              || (four >= 2221 && four <= 2720)
              || four == 6011
              || (four / 10 >= 644 && four / 10 <= 649)
              || two == 65
              || two == 62
              || (four >= 3528 && four <= 3589)
              || four == 5018
              || four == 5020
              || four == 5038
              || four == 6304
              || four == 6759
              || (four >= 6761 && four <= 6763)
              || (four >= 2200 && four <= 2204);
      case 17, 18, 19 -> two == 62;
      default -> false;
    };
  }
}
