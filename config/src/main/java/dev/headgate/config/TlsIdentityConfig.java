package dev.headgate.config;

import java.time.Duration;

/// Whom a TLS side shows itself as.
///
/// @param certificate the certificate chain, own certificate first
/// @param key the private key of the first certificate
/// @param reloadInterval how often the files are looked at for a new certificate; zero = never
public record TlsIdentityConfig(PemSource certificate, PemSource key, Duration reloadInterval) {
  /// Checks the interval.
  public TlsIdentityConfig {
    Require.notNegative("reload_interval", reloadInterval);
  }
}
