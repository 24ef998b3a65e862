package dev.headgate.pipeline.tls;

import dev.headgate.config.PemSource;
import dev.headgate.config.TlsClientConfig;
import dev.headgate.config.TlsIdentityConfig;
import dev.headgate.config.TlsProtocols;
import dev.headgate.config.TlsProtocols.Version;
import dev.headgate.config.TlsServerConfig;
import dev.headgate.pipeline.files.FileWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// What one side of TLS shows and trusts, kept up to date with its files.
///
/// **Threading:** any thread.
///
/// **Ownership:** watches files until it is closed.
public final class TlsMaterial implements AutoCloseable {
  /// The suites of TLS 1.3, which no configuration switches off.
  private static final List<String> TLS_1_3_SUITES =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private final TlsProtocols protocols;
  private final @Nullable Identity identity;
  private final @Nullable X509ExtendedTrustManager trust;
  private final List<FileWatch.Watched> watched;

  private TlsMaterial(
      TlsProtocols protocols,
      @Nullable Identity identity,
      @Nullable X509ExtendedTrustManager trust,
      List<FileWatch.Watched> watched) {
    this.protocols = protocols;
    this.identity = identity;
    this.trust = trust;
    this.watched = watched;
  }

  /// The material of a client.
  ///
  /// @throws IOException when a certificate or key cannot be used
  public static TlsMaterial client(TlsClientConfig tls, FileWatch files) throws IOException {
    List<FileWatch.Watched> watched = new ArrayList<>();
    TlsIdentityConfig shown = tls.identity();
    try {
      X509ExtendedTrustManager trust =
          tls.insecureSkipVerify() ? new Trust.Blind() : clientTrust(tls, files, watched);
      Identity identity = shown == null ? null : identity(shown, files, watched);
      return new TlsMaterial(tls.protocols(), identity, trust, watched);
    } catch (IOException e) {
      watched.forEach(FileWatch.Watched::close);
      throw e;
    }
  }

  private static X509ExtendedTrustManager clientTrust(
      TlsClientConfig tls, FileWatch files, List<FileWatch.Watched> watched) throws IOException {
    PemSource ca = tls.ca();
    if (ca == null) {
      return Trust.system();
    }
    Trust trust = new Trust();
    watched.add(
        files.watch(
            "tls",
            paths(ca),
            Duration.ZERO,
            contents -> {
              byte[] pem = pem(ca, contents.iterator());
              trust.use(Trust.of(Pem.certificates(pem, "tls: " + ca), tls.systemCaToo()));
            }));
    return trust;
  }

  /// The material of a server; with authorities of clients it demands a certificate of them.
  ///
  /// @throws IOException when a certificate or key cannot be used
  public static TlsMaterial server(TlsServerConfig tls, FileWatch files) throws IOException {
    List<FileWatch.Watched> watched = new ArrayList<>();
    Trust trust = tls.clientCaFile() == null ? null : new Trust();
    Path ca = tls.clientCaFile();
    if (trust != null && ca != null) {
      Duration interval = tls.clientCaFileReload() ? FileWatch.USUAL_INTERVAL : Duration.ZERO;
      watched.add(
          files.watch(
              "tls",
              List.of(ca),
              interval,
              contents ->
                  trust.use(Trust.of(Pem.certificates(contents.getFirst(), "tls: " + ca), false))));
    }
    try {
      Identity identity = identity(tls.identity(), files, watched);
      return new TlsMaterial(tls.protocols(), identity, trust, watched);
    } catch (IOException e) {
      watched.forEach(FileWatch.Watched::close);
      throw e;
    }
  }

  private static Identity identity(
      TlsIdentityConfig config, FileWatch files, List<FileWatch.Watched> watched)
      throws IOException {
    Identity identity = new Identity();
    List<Path> paths = new ArrayList<>(paths(config.certificate()));
    paths.addAll(paths(config.key()));
    watched.add(
        files.watch(
            "tls", paths, config.reloadInterval(), contents -> use(identity, config, contents)));
    return identity;
  }

  private static void use(Identity identity, TlsIdentityConfig config, List<byte[]> contents)
      throws IOException {
    Iterator<byte[]> read = contents.iterator();
    byte[] certificate = pem(config.certificate(), read);
    byte[] key = pem(config.key(), read);
    String ofKey = "tls: " + config.key();
    identity.use(
        Pem.certificates(certificate, "tls: " + config.certificate()),
        Pem.privateKey(key, ofKey),
        ofKey);
  }

  private static List<Path> paths(PemSource source) {
    return switch (source) {
      case PemSource.InFile file -> List.of(file.path());
      case PemSource.Inline _ -> List.of();
    };
  }

  private static byte[] pem(PemSource source, Iterator<byte[]> read) {
    return switch (source) {
      case PemSource.InFile _ -> read.next();
      case PemSource.Inline inline -> inline.text().reveal().getBytes(StandardCharsets.UTF_8);
    };
  }

  /// What is shown to the other side, null = nothing.
  public @Nullable X509ExtendedKeyManager keyManager() {
    return identity;
  }

  /// What is trusted; null on a server that asks clients for no certificate.
  public @Nullable X509ExtendedTrustManager trustManager() {
    return trust;
  }

  /// The versions that are spoken, newest first, as Java's TLS calls them.
  public String[] versions() {
    return Arrays.stream(Version.values())
        .filter(version ->
            version.compareTo(protocols.least()) >= 0 && version.compareTo(protocols.most()) <= 0)
        .sorted(Comparator.reverseOrder())
        .map(Version::javaName)
        .toArray(String[]::new);
  }

  /// The suites that are allowed, null = the usual ones.
  public @Nullable List<String> cipherSuites() {
    if (protocols.cipherSuites().isEmpty()) {
      return null;
    }
    List<String> suites = new ArrayList<>(TLS_1_3_SUITES);
    protocols.cipherSuites().stream().filter(s -> !suites.contains(s)).forEach(suites::add);
    return suites;
  }

  @Override
  public void close() {
    watched.forEach(FileWatch.Watched::close);
  }
}
