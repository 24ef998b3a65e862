package dev.headgate.pipeline.process.secrets;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// The password in the authority of a URL (RFC 3986, section 3.2.1): `scheme://user:password@host`;
/// and in the URLs of Oracle's driver, `jdbc:oracle:thin:user/password@host`.
final class UrlCredentials implements SecretRule {
  private static final int MAX_AUTHORITY = 1024;

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
  public long match(byte[] text, int from, int to, int start, int end) {
    boolean oracle = text[start + 1] != '/';
    if (text[start] != ':' || (!oracle && text[start + 2] != '/')) {
      return Span.NONE;
    }
    int between = oracle ? '/' : ':';
    int most = Math.min(to, end + MAX_AUTHORITY);
    int colon = -1;
    int host = -1;
    // Passwords hold signs that should have been escaped, and the last @ stands before the host.
    for (int at = end; at < most && (isAuthority(text[at]) || text[at] == between); at++) {
      if (text[at] == between && colon < 0) {
        colon = at;
      } else if (text[at] == '@') {
        host = at;
        if (oracle) {
          break;
        }
      }
    }
    if (colon < 0 || host <= colon + 1 || Placeholder.is(text, colon + 1, host)) {
      return Span.NONE;
    }
    return Span.of(colon + 1, host);
  }

  private static boolean isAuthority(int c) {
    return c < 0 || (c > ' ' && "/\"'`<>\\".indexOf(c) < 0);
  }
}
