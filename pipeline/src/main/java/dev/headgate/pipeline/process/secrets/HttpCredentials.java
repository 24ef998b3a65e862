package dev.headgate.pipeline.process.secrets;

import dev.headgate.pipeline.process.regex.ByteSet;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What follows `Bearer` (RFC 6750) and `Basic` (RFC 7617).
final class HttpCredentials implements SecretRule {
  private static final int MIN_TOKEN = 8;
  private static final int SURE_TOKEN = 24;
  private static final int MIN_BASIC = 8;
  private static final int MAX_DECODED = 256;
  private static final ByteSet TOKEN = Ascii.letters("-._~+/");

  @Override
  public String name() {
    return "http_authorization";
  }

  @Override
  public List<byte[]> literals() {
    return List.of(
        "bearer".getBytes(StandardCharsets.US_ASCII), "basic".getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public int rank() {
    return FORM;
  }

  @Override
  public long match(byte[] text, int from, int to, int start, int end) {
    if (!Ascii.beginsWord(text, from, start)) {
      return Span.NONE;
    }
    int at = end;
    if (Ascii.startsWith(text, at, to, "%20")) {
      at += 3;
    } else {
      while (at < to && at - end < 4 && (text[at] == ' ' || text[at] == ':')) {
        at++;
      }
    }
    if (at == end) {
      return Span.NONE;
    }
    // Only a match looks at the whole token.
    int most = Math.min(to, at + MAX_DECODED);
    int sure = token(text, at, most);
    boolean found =
        end - start == "basic".length() ? isBasic(text, at, sure) : isBearer(text, at, sure);
    return found ? Span.of(at, token(text, at, to)) : Span.NONE;
  }

  /// The end of the token68 (RFC 9110, section 11.2) that begins at `at`.
  private static int token(byte[] text, int from, int to) {
    int at = from;
    while (at < to && TOKEN.contains(text[at] & 0xff)) {
      at++;
    }
    while (at < to && text[at] == '=') {
      at++;
    }
    return at;
  }

  private static boolean isBearer(byte[] text, int from, int to) {
    if (to - from < MIN_TOKEN || Placeholder.is(text, from, to)) {
      return false;
    }
    return (to - from >= SURE_TOKEN && Ascii.distinct(text, from, to, 5))
        || Randomness.looksRandom(text, from, to, MIN_TOKEN, Randomness.LENIENT);
  }

  private static boolean isBasic(byte[] text, int from, int to) {
    if (to - from < MIN_BASIC) {
      return false;
    }
    // Decoded where it stands: a byte is whole with the second, third and fourth of four digits.
    int end = from + ((to - from) & ~3);
    int bits = 0;
    boolean colon = false;
    for (int at = from; at < end; at++) {
      if (text[at] == '=') {
        return colon && end - at <= 2;
      }
      int digit = base64(text[at]);
      if (digit < 0) {
        return false;
      }
      bits = bits << 6 | digit;
      int place = (at - from) % 4;
      if (place > 0) {
        int decoded = bits >> (6 - 2 * place) & 0xff;
        if (decoded < ' ') {
          return false;
        }
        colon |= decoded == ':';
      }
    }
    return colon;
  }

  /// The value of a digit of base64 (RFC 4648, section 4), or -1.
  private static int base64(int c) {
    if (Ascii.isUpper(c)) {
      return c - 'A';
    }
    if (Ascii.isLower(c)) {
      return c - 'a' + 26;
    }
    if (Ascii.isDigit(c)) {
      return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
  }
}
