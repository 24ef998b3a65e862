package dev.headgate.config.load;

import dev.headgate.config.TlsClientConfig;
import dev.headgate.config.TlsServerConfig;
import java.nio.file.Path;
import java.util.Set;

/// The `tls` blocks of receivers and exporters.
final class TlsBlocks {
  private static final Key<Path> SERVER_CERT =
      Key.required("cert_file", Types.PATH, "certificate chain, PEM");
  private static final Key<Path> SERVER_KEY =
      Key.required("key_file", Types.PATH, "private key, PEM");
  private static final Key<Path> CLIENT_CA =
      Key.optional(
          "client_ca_file",
          Types.PATH,
          "none",
          "authorities of client certificates; when set, clients must present one");

  static final Block<TlsServerConfig> SERVER =
      common(
          Block.of(
                  v ->
                      new TlsServerConfig(v.get(SERVER_CERT), v.get(SERVER_KEY), v.find(CLIENT_CA)),
                  SERVER_CERT,
                  SERVER_KEY,
                  CLIENT_CA)
              .unsupported("client_ca_file, and a restart when it changes", "client_ca_file_reload")
              .harmless("servers trust only client_ca_file", "ca_file", "ca_pem"));

  private static final TlsClientConfig CLIENT_DEFAULT = TlsClientConfig.DEFAULT;
  private static final Key<Boolean> INSECURE =
      Key.of(
          "insecure",
          Types.BOOL,
          CLIENT_DEFAULT.insecure(),
          "plain text; `http://` or `https://` in the endpoint wins");
  private static final Key<Boolean> SKIP_VERIFY =
      Key.of(
          "insecure_skip_verify",
          Types.BOOL,
          CLIENT_DEFAULT.insecureSkipVerify(),
          "encrypt without checking who the backend is");
  private static final Key<Path> CA =
      Key.optional("ca_file", Types.PATH, "the system's", "authorities that are trusted, PEM");
  private static final Key<Path> CERT =
      Key.optional("cert_file", Types.PATH, "none", "own certificate chain, PEM");
  private static final Key<Path> KEY =
      Key.optional("key_file", Types.PATH, "none", "private key of `cert_file`, PEM");
  private static final Key<String> SERVER_NAME =
      Key.optional(
          "server_name_override",
          Types.NAME,
          "the endpoint's",
          "name in the backend's certificate");

  static final Block<TlsClientConfig> CLIENT =
      common(
          Block.of(
                  v ->
                      new TlsClientConfig(
                          v.get(INSECURE),
                          v.get(SKIP_VERIFY),
                          v.find(CA),
                          v.find(CERT),
                          v.find(KEY),
                          v.find(SERVER_NAME)),
                  INSECURE,
                  SKIP_VERIFY,
                  CA,
                  CERT,
                  KEY,
                  SERVER_NAME)
              .unsupported("ca_file", "ca_pem"));

  private TlsBlocks() {}

  private static <T> Block<T> common(Block<T> block) {
    return block
        .unsupported("cert_file", "cert_pem")
        .unsupported("key_file", "key_pem")
        .unsupportedUnless(Set.of("1.2"), "no key: TLS 1.2 and 1.3 are spoken", "min_version")
        .unsupportedUnless(Set.of("1.3"), "no key: TLS 1.2 and 1.3 are spoken", "max_version")
        .unsupported("no key: the Java runtime's choice", "cipher_suites", "curve_preferences")
        .unsupported("a restart when the files change", "reload_interval")
        .unsupported("ca_file with all authorities in it", "include_system_ca_certs_pool")
        .unsupported("key_file", "tpm");
  }
}
