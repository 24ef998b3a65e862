package dev.headgate.pipeline.process.secrets;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// A JSON web token in its compact form (RFC 7515, RFC 7516): parts in base64url with dots between
/// them, the first of which is a JSON object. One that was cut off behind the second part's
/// beginning counts too.
final class JsonWebToken implements SecretRule {
  private static final int MIN_HEADER = 12;
  private static final int MAX_HEADER = 1024;
  private static final int MAX_HEADER_IN_RUN = 128;
  private static final int MIN_PAYLOAD = 8;

  @Override
  public String name() {
    return "jwt";
  }

  @Override
  public List<byte[]> literals() {
    // {" in base64.
    return List.of("eyJ".getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public int rank() {
    return FORM;
  }

  @Override
  public long match(byte[] text, int from, int to, int start, int end) {
    if (text[start] != 'e'
        || text[start + 1] != 'y'
        || text[start + 2] != 'J'
        || !Ascii.beginsWord(text, from, start)) {
      return Span.NONE;
    }
    // In a run that may have been looked at before, no far looks again.
    boolean inRun = start > from && (text[start - 1] == '-' || text[start - 1] == '_');
    int header = header(text, end, Math.min(to, start + (inRun ? MAX_HEADER_IN_RUN : MAX_HEADER)));
    if (header - start < MIN_HEADER || header >= to || text[header] != '.') {
      return Span.NONE;
    }
    int payload = header + 1;
    if (part(text, payload, Math.min(to, payload + MIN_PAYLOAD)) - payload < MIN_PAYLOAD) {
      return Span.NONE;
    }
    int at = part(text, payload, to);
    while (at + 1 < to && text[at] == '.' && (isPart(text[at + 1]) || text[at + 1] == '.')) {
      at = part(text, at + 1, to);
    }
    return Span.of(start, at);
  }

  /// The end of the first part; padding, which no standard wants, ends it.
  private static int header(byte[] text, int from, int to) {
    int at = from;
    while (at < to && text[at] != '=' && isPart(text[at])) {
      at++;
    }
    while (at < to && text[at] == '=') {
      at++;
    }
    return at;
  }

  private static int part(byte[] text, int from, int to) {
    int at = from;
    while (at < to && isPart(text[at])) {
      at++;
    }
    return at;
  }

  private static boolean isPart(int c) {
    return Ascii.isAlphanumeric(c) || c == '-' || c == '_' || c == '=';
  }
}
