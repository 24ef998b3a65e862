package dev.headgate.pipeline.process.secrets;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// The password in the authority of a URL (RFC 3986, section 3.2.1): `scheme://user:password@host`.
final class UrlCredentials implements SecretRule {
  private static final int MAX_AUTHORITY = 300;

  @Override
  public String name() {
    return "url_credentials";
  }

  @Override
  public List<byte[]> literals() {
    return List.of("://".getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public boolean isSpecific() {
    return true;
  }

  @Override
  public long match(byte[] text, int from, int to, int start, int end) {
    if (text[start] != ':' || text[start + 1] != '/' || text[start + 2] != '/') {
      return Span.NONE;
    }
    int most = Math.min(to, end + MAX_AUTHORITY);
    int colon = -1;
    int host = -1;
    // Passwords hold signs that should have been escaped, and the last @ stands before the host.
    for (int at = end; at < most && isAuthority(text[at]); at++) {
      if (text[at] == ':' && colon < 0) {
        colon = at;
      } else if (text[at] == '@') {
        host = at;
      }
    }
    if (colon < 0 || host <= colon + 1 || Placeholder.is(text, colon + 1, host)) {
      return Span.NONE;
    }
    return Span.of(colon + 1, host);
  }

  private static boolean isAuthority(int c) {
    return c > ' ' && "/\"'`<>\\".indexOf(c) < 0 || c < 0;
  }
}
