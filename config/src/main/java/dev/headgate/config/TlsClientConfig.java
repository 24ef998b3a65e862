package dev.headgate.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Client-side `tls`.
///
/// @param insecure plain text (a scheme in the endpoint wins)
/// @param caFile the authorities that are trusted, null = the system's
/// @param certFile the own certificate, null = none
/// @param keyFile its private key, set when `certFile` is
public record TlsClientConfig(
    boolean insecure,
    boolean insecureSkipVerify,
    @Nullable Path caFile,
    @Nullable Path certFile,
    @Nullable Path keyFile,
    @Nullable String serverNameOverride) {
  /// TLS with the system's authorities.
  public static final TlsClientConfig DEFAULT =
      new TlsClientConfig(false, false, null, null, null, null);

  /// Checks that certificate and key come together.
  public TlsClientConfig {
    if ((certFile == null) != (keyFile == null)) {
      throw new IllegalArgumentException(
          certFile == null
              ? "cert_file: missing (expected: the certificate of key_file)"
              : "key_file: missing (expected: the private key of cert_file)");
    }
  }
}
