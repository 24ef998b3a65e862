package dev.headgate.config.load;

import dev.headgate.config.PemSource;
import dev.headgate.config.Secret;
import dev.headgate.config.TlsClientConfig;
import dev.headgate.config.TlsIdentityConfig;
import dev.headgate.config.TlsProtocols;
import dev.headgate.config.TlsProtocols.Version;
import dev.headgate.config.TlsServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The `tls` blocks of receivers and exporters.
final class TlsBlocks {
  private static final Key<Path> CERT_FILE =
      Key.optional("cert_file", Types.PATH, "none", "own certificate chain, PEM");
  private static final Key<Secret> CERT_PEM =
      Key.optional("cert_pem", Types.SECRET, "none", "the chain itself instead of `cert_file`");
  private static final Key<Path> KEY_FILE =
      Key.optional("key_file", Types.PATH, "none", "private key of the certificate, PEM");
  private static final Key<Secret> KEY_PEM =
      Key.optional("key_pem", Types.SECRET, "none", "the key itself instead of `key_file`");
  private static final Key<Duration> RELOAD_INTERVAL =
      Key.of(
          "reload_interval",
          Types.DURATION,
          Duration.ZERO,
          "how often `cert_file` and `key_file` are looked at; a new certificate counts for new"
              + " connections; 0 = never");
  private static final Key<Version> MIN_VERSION =
      Key.of(
          "min_version",
          Types.choice(versions(true)),
          Version.TLS_1_2,
          "oldest version of TLS; 1.0 and 1.1 are read as 1.2");
  private static final Key<Version> MAX_VERSION =
      Key.of("max_version", Types.choice(versions(false)), Version.TLS_1_3, "newest version");
  private static final Key<List<String>> CIPHER_SUITES =
      Key.optional(
          "cipher_suites",
          ListType.ofNames(Types.choice(suites()), "cipher suites"),
          "the usual ones",
          "suites of TLS 1.2; TLS 1.3 has its own");

  private static final Key<Path> CLIENT_CA =
      Key.optional(
          "client_ca_file",
          Types.PATH,
          "none",
          "authorities of client certificates; when set, clients must present one");
  private static final Key<Boolean> CLIENT_CA_RELOAD =
      Key.of(
          "client_ca_file_reload",
          Types.BOOL,
          false,
          "whether a change of `client_ca_file` counts without a restart");

  static final Block<TlsServerConfig> SERVER =
      common(
          Block.of(
                  TlsBlocks::server,
                  CERT_FILE,
                  CERT_PEM,
                  KEY_FILE,
                  KEY_PEM,
                  RELOAD_INTERVAL,
                  MIN_VERSION,
                  MAX_VERSION,
                  CIPHER_SUITES,
                  CLIENT_CA,
                  CLIENT_CA_RELOAD)
              .harmless("servers trust only client_ca_file", "ca_file", "ca_pem")
              .unsupported(
                  "client_ca_file with all authorities in it", "include_system_ca_certs_pool"));

  private static final TlsClientConfig CLIENT_DEFAULT = TlsClientConfig.DEFAULT;
  private static final Key<Boolean> INSECURE =
      Key.of(
          "insecure",
          Types.BOOL,
          CLIENT_DEFAULT.insecure(),
          "plain text; `http://` or `https://` in the endpoint wins, and so does `ca_file`");
  private static final Key<Boolean> SKIP_VERIFY =
      Key.of(
          "insecure_skip_verify",
          Types.BOOL,
          CLIENT_DEFAULT.insecureSkipVerify(),
          "encrypt without checking who the backend is");
  private static final Key<Path> CA_FILE =
      Key.optional("ca_file", Types.PATH, "the system's", "authorities that are trusted, PEM");
  private static final Key<Secret> CA_PEM =
      Key.optional("ca_pem", Types.SECRET, "none", "the authorities instead of `ca_file`");
  private static final Key<Boolean> SYSTEM_CA_TOO =
      Key.of(
          "include_system_ca_certs_pool",
          Types.BOOL,
          CLIENT_DEFAULT.systemCaToo(),
          "trust the system's authorities besides `ca_file`");
  private static final Key<String> SERVER_NAME =
      Key.optional(
          "server_name_override",
          Types.NAME,
          "the endpoint's",
          "name in the backend's certificate");

  static final Block<TlsClientConfig> CLIENT =
      common(
          Block.of(
              TlsBlocks::client,
              INSECURE,
              SKIP_VERIFY,
              CA_FILE,
              CA_PEM,
              SYSTEM_CA_TOO,
              CERT_FILE,
              CERT_PEM,
              KEY_FILE,
              KEY_PEM,
              RELOAD_INTERVAL,
              SERVER_NAME,
              MIN_VERSION,
              MAX_VERSION,
              CIPHER_SUITES));

  private TlsBlocks() {}

  private static <T> Block<T> common(Block<T> block) {
    return block
        .unsupported("no key: the Java runtime's choice", "curve_preferences")
        .unsupported("cipher_suites, of which all are safe", "include_insecure_cipher_suites")
        .unsupported("key_file", "tpm");
  }

  private static TlsServerConfig server(Values v) {
    TlsIdentityConfig identity = identity(v);
    if (identity == null) {
      throw new IllegalArgumentException(
          "cert_file: missing (expected: the server's certificate, and key_file)");
    }
    return new TlsServerConfig(identity, v.find(CLIENT_CA), v.get(CLIENT_CA_RELOAD), protocols(v));
  }

  private static TlsClientConfig client(Values v) {
    return new TlsClientConfig(
        v.get(INSECURE),
        v.get(SKIP_VERIFY),
        source(v, CA_FILE, CA_PEM),
        v.get(SYSTEM_CA_TOO),
        identity(v),
        v.find(SERVER_NAME),
        protocols(v));
  }

  private static TlsProtocols protocols(Values v) {
    List<String> suites = v.find(CIPHER_SUITES);
    return new TlsProtocols(
        v.get(MIN_VERSION), v.get(MAX_VERSION), suites == null ? List.of() : suites);
  }

  private static @Nullable TlsIdentityConfig identity(Values v) {
    PemSource certificate = source(v, CERT_FILE, CERT_PEM);
    PemSource key = source(v, KEY_FILE, KEY_PEM);
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null) {
      throw new IllegalArgumentException(
          "cert_file: missing (expected: the certificate of key_file)");
    }
    if (key == null) {
      throw new IllegalArgumentException("key_file: missing (expected: the key of cert_file)");
    }
    return new TlsIdentityConfig(certificate, key, v.get(RELOAD_INTERVAL));
  }

  private static @Nullable PemSource source(Values v, Key<Path> file, Key<Secret> pem) {
    Path path = v.find(file);
    Secret text = v.find(pem);
    if (path != null && text != null) {
      v.problem(pem, "given besides " + file.name() + " (expected: one of the two)");
    }
    if (path != null) {
      return new PemSource.InFile(path);
    }
    return text == null ? null : new PemSource.Inline(text);
  }

  /// @param older whether older versions stand for the oldest that Java speaks
  private static Map<String, Version> versions(boolean older) {
    Map<String, Version> versions = new LinkedHashMap<>();
    versions.put("1.2", Version.TLS_1_2);
    versions.put("1.3", Version.TLS_1_3);
    if (older) {
      versions.put("1.0", Version.TLS_1_2);
      versions.put("1.1", Version.TLS_1_2);
    }
    return versions;
  }

  /// The suites that Go calls secure and Java speaks; those of TLS 1.3 are always on.
  private static Map<String, String> suites() {
    Map<String, String> suites = new LinkedHashMap<>();
    Stream.of(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256")
        .forEach(name -> suites.put(name, name));
    return suites;
  }
}
