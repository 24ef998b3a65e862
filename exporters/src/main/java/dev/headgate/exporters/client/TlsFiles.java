package dev.headgate.exporters.client;

import dev.headgate.config.TlsClientConfig;
import java.io.IOException;

/// What is said of certificate files that the TLS libraries refuse.
final class TlsFiles {
  private TlsFiles() {}

  static IOException unreadable(TlsClientConfig tls, Exception cause) {
    return new IOException(
        "tls: ca_file "
            + tls.caFile()
            + ", cert_file "
            + tls.certFile()
            + ", key_file "
            + tls.keyFile()
            + " (expected: readable PEM files, certificates and a PKCS#8 key without password)",
        cause);
  }
}
