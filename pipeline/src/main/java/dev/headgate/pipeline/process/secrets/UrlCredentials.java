package dev.headgate.pipeline.process.secrets;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// The password in the authority of a URL (RFC 3986, section 3.2.1): `scheme://user:password@host`;
/// and in the URLs of Oracle's driver, `jdbc:oracle:thin:user/password@host`.
final class UrlCredentials implements SecretRule {
  private static final int MAX_AUTHORITY = 1024;
  private static final int MAX_ORACLE = 64;
  private static final int MAX_PORT = 5;

  @Override
  public String name() {
    return "url_credentials";
  }

  @Override
  public List<byte[]> literals() {
    return List.of(
        "://".getBytes(StandardCharsets.US_ASCII), ":thin:".getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public int rank() {
    return FORM;
  }

  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public long match(byte[] text, int from, int to, int start, int end) {
    boolean oracle = text[start + 1] != '/';
    if (text[start] != ':' || (!oracle && text[start + 2] != '/')) {
      return Span.NONE;
    }
    return oracle ? ofOracle(text, to, end) : ofAuthority(text, to, end);
  }

  /// In `user:password@host`.
  private static long ofAuthority(byte[] text, int to, int start) {
    int most = Math.min(to, start + MAX_AUTHORITY);
    int colon = -1;
    int host = -1;
    // Passwords hold signs that should have been escaped, and the last @ stands before the host.
    for (int at = start; at < most && isAuthority(text[at]); at++) {
      if (text[at] == ':' && colon < 0) {
        colon = at;
        if (isPort(text, at + 1, most)) {
          return Span.NONE;
        }
      } else if (text[at] == '@') {
        host = at;
      }
    }
    return secret(text, colon, host);
  }

  /// In `user/password@host`.
  private static long ofOracle(byte[] text, int to, int start) {
    int most = Math.min(to, start + MAX_ORACLE);
    int slash = -1;
    int at = start;
    while (at < most && text[at] != '@' && (isAuthority(text[at]) || text[at] == '/')) {
      // A name has no colon: what has one is an address, `thin:@host:port:sid` or another URL.
      if (text[at] == ':' && slash < 0) {
        return Span.NONE;
      }
      if (text[at] == '/' && slash < 0) {
        slash = at;
      }
      at++;
    }
    return secret(text, slash, at < most && text[at] == '@' ? at : -1);
  }

  private static long secret(byte[] text, int before, int end) {
    return before < 0 || end <= before + 1 || Placeholder.is(text, before + 1, end)
        ? Span.NONE
        : Span.of(before + 1, end);
  }

  /// Whether a port stands here, and what follows it says that the authority is over.
  private static boolean isPort(byte[] text, int from, int to) {
    int at = from;
    while (at < to && at - from < MAX_PORT && Ascii.isDigit(text[at])) {
      at++;
    }
    return at > from && at < to && "?#,; ".indexOf(text[at]) >= 0;
  }

  private static boolean isAuthority(int c) {
    return c < 0 || (c > ' ' && "/\"'`<>\\".indexOf(c) < 0);
  }
}
