package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.PemSource;
import dev.headgate.config.Secret;
import dev.headgate.config.TlsClientConfig;
import dev.headgate.config.TlsIdentityConfig;
import dev.headgate.config.TlsProtocols;
import dev.headgate.pipeline.files.FileWatch;
import dev.headgate.pipeline.tls.TestPki;
import dev.headgate.pipeline.tls.TlsMaterial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A session that is resumed does not show its certificate again, so nothing may be resumed where
/// certificates decide.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TlsResumptionTest {
  private static final String HTTP_2_START = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
  private static final String HTTP_1_REQUEST =
      "POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
          + "Content-Length: 2\r\n\r\n{}";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"TLSv1.2, false", "TLSv1.3, false", "TLSv1.2, true", "TLSv1.3, true"})
  void an_authority_that_is_taken_away_locks_its_known_clients_out(String version, boolean grpc)
      throws Exception {
    TestPki pki = new TestPki("authority");
    TestPki clients = new TestPki("clients");
    pki.issue("server").write(folder, "server");
    clients.authority().write(folder, "clients");
    try (GatewayHarness gateway = GatewayHarness.start(yaml());
        FileWatch files = new FileWatch();
        TlsMaterial material =
            TlsMaterial.client(showing(clients.issue("client"), pki.authority()), files)) {
      SSLContext known = context(material);
      int port = grpc ? gateway.grpcPort() : gateway.httpPort();
      assertThat(isServed(known, port, version, grpc)).isTrue();
      assertThat(isServed(known, port, version, grpc)).isTrue();
      TestPki.replace(
          folder.resolve("clients.crt"), new TestPki("others").authority().certificatePem());
      await()
          .atMost(GatewayHarness.PATIENCE)
          .until(() -> !isServed(context(material), port, version, grpc));
      assertThat(isServed(known, port, version, grpc)).isFalse();
    }
  }

  private String yaml() {
    String tls =
        ("{cert_file: %1$s/server.crt, key_file: %1$s/server.key,"
                + " client_ca_file: %1$s/clients.crt, client_ca_file_reload: true}")
            .formatted(folder);
    return """
    receivers:
      otlp:
        protocols:
          grpc: {endpoint: "127.0.0.1:0", tls: %s}
          http: {endpoint: "127.0.0.1:0", tls: %s}
    exporters: {nop: {}}
    service:
      telemetry: {metrics: {address: "127.0.0.1:0"}}
      pipelines: {logs: {receivers: [otlp], exporters: [nop]}}
    """
        .formatted(tls, tls);
  }

  private static TlsClientConfig showing(TestPki.Issued own, TestPki.Issued authority) {
    return new TlsClientConfig(
        false,
        false,
        inline(authority.certificatePem()),
        false,
        new TlsIdentityConfig(inline(own.certificatePem()), inline(own.keyPem()), Duration.ZERO),
        null,
        TlsProtocols.DEFAULT);
  }

  private static PemSource inline(String pem) {
    return new PemSource.Inline(new Secret(pem));
  }

  private static SSLContext context(TlsMaterial material) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {Objects.requireNonNull(material.keyManager())},
        new TrustManager[] {Objects.requireNonNull(material.trustManager())},
        null);
    return context;
  }

  /// Whether a byte of an answer comes; the ticket of a session comes before it.
  private static boolean isServed(SSLContext context, int port, String version, boolean grpc) {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.setSoTimeout(10_000);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {version});
      if (grpc) {
        parameters.setApplicationProtocols(new String[] {"h2"});
      }
      socket.setSSLParameters(parameters);
      String sent = grpc ? HTTP_2_START : HTTP_1_REQUEST;
      socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
      return socket.getInputStream().read() >= 0;
    } catch (IOException _) {
      return false;
    }
  }
}
