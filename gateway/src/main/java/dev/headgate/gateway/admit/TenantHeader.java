package dev.headgate.gateway.admit;

import dev.headgate.pipeline.payload.Tenant;
import org.jspecify.annotations.Nullable;

/// The header that names a tenant to Tempo, Loki and Mimir, and what may stand in it.
public final class TenantHeader {
  private static final int MAX_LENGTH = 150;
  private static final String PUNCTUATION = "!-_.*'()";

  private TenantHeader() {}

  /// The tenant of a header value: none when it is absent, null when it is not a legal tenant id.
  /// The backends' separators `|` and `:` are refused, so that no client can name several tenants.
  public static @Nullable Tenant parse(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      return Tenant.NONE;
    }
    if (value.length() > MAX_LENGTH || value.equals(".") || value.equals("..")) {
      return null;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && PUNCTUATION.indexOf(c) < 0) {
        return null;
      }
    }
    return new Tenant(value);
  }
}
