package dev.headgate.pipeline.process.secrets;

import dev.headgate.pipeline.process.regex.ByteSet;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A private key in a block of text (RFC 7468 and its relatives): what stands between the lines
/// `BEGIN ... PRIVATE KEY` and `END`, also when line ends are escaped or the end is cut off.
final class PrivateKeyBlock implements SecretRule {
  private static final String LITERAL = "PRIVATE KEY";
  private static final int MAX_LABEL = 24;
  private static final int MAX_TRAILER = 12;
  private static final int MIN_BODY = 16;
  private static final ByteSet BODY = Ascii.letters("+/=\\:,-.()@<>\"'% \t\r\n");

  @Override
  public String name() {
    return "private_key_block";
  }

  @Override
  public List<byte[]> literals() {
    return List.of(LITERAL.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public int rank() {
    return FORM;
  }

  @Override
  public boolean looksBack() {
    // It must: a block begins before its literal.
    return false;
  }

  @Override
  public long match(byte[] text, int from, int to, int start, int end) {
    if (!hasBeginBefore(text, from, start)) {
      return Span.NONE;
    }
    int at = end;
    // "-----", or " BLOCK-----" of OpenPGP.
    int trailer = Math.min(to, end + MAX_TRAILER);
    while (at < trailer && (text[at] == ' ' || Ascii.isUpper(text[at]))) {
      at++;
    }
    int dashes = at;
    while (at < trailer && text[at] == '-') {
      at++;
    }
    if (at == dashes) {
      return Span.NONE;
    }
    int body = at;
    while (at < to && isBody(text[at]) && !isEnd(text, at, to)) {
      at++;
    }
    return at - body < MIN_BODY ? Span.NONE : Span.of(body, at);
  }

  private static boolean hasBeginBefore(byte[] text, int from, int start) {
    int at = start;
    int least = Math.max(from, start - MAX_LABEL);
    while (at > least && (text[at - 1] == ' ' || Ascii.isAlphanumeric(text[at - 1]))) {
      at--;
    }
    return at > from && text[at - 1] == '-' && Ascii.startsWith(text, at, start, "begin ");
  }

  private static boolean isBody(int c) {
    return BODY.contains(c & 0xff);
  }

  private static boolean isEnd(byte[] text, int at, int to) {
    return text[at] == '-'
        && at + 4 < to
        && text[at + 1] == '-'
        && text[at + 2] == '-'
        && text[at + 3] == '-';
  }
}
