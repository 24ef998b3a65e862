package dev.headgate.config;

import org.jspecify.annotations.Nullable;

/// Client-side `tls`.
///
/// @param insecure plain text (a scheme in the endpoint wins, and so does `ca`)
/// @param ca the authorities that are trusted, null = the system's
/// @param systemCaToo whether the system's authorities are trusted besides `ca`
/// @param identity the own certificate, null = none
public record TlsClientConfig(
    boolean insecure,
    boolean insecureSkipVerify,
    @Nullable PemSource ca,
    boolean systemCaToo,
    @Nullable TlsIdentityConfig identity,
    @Nullable String serverNameOverride,
    TlsProtocols protocols) {
  /// TLS with the system's authorities.
  public static final TlsClientConfig DEFAULT =
      new TlsClientConfig(false, false, null, false, null, null, TlsProtocols.DEFAULT);

  /// Plain text.
  public static final TlsClientConfig PLAIN =
      new TlsClientConfig(true, false, null, false, null, null, TlsProtocols.DEFAULT);
}
