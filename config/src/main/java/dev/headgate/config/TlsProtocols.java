package dev.headgate.config;

import java.util.List;

/// Which versions and cipher suites of TLS are spoken.
///
/// @param least the oldest version
/// @param most the newest version
/// @param cipherSuites suites of TLS 1.2 by their IANA names, empty = the usual ones; TLS 1.3
///   always has all of its own
public record TlsProtocols(Version least, Version most, List<String> cipherSuites) {
  /// A version of TLS. Older ones are switched off in the Java runtime.
  public enum Version {
    TLS_1_2("TLSv1.2"),
    TLS_1_3("TLSv1.3");

    private final String javaName;

    Version(String javaName) {
      this.javaName = javaName;
    }

    /// The name that Java's TLS knows.
    public String javaName() {
      return javaName;
    }
  }

  /// TLS 1.2 and 1.3 with the usual suites.
  public static final TlsProtocols DEFAULT =
      new TlsProtocols(Version.TLS_1_2, Version.TLS_1_3, List.of());

  /// Checks the order of the versions.
  public TlsProtocols {
    if (most.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          "min_version: newer than max_version (expected: at most max_version)");
    }
    cipherSuites = List.copyOf(cipherSuites);
  }
}
