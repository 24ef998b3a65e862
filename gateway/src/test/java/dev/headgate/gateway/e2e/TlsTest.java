package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.Compression;
import dev.headgate.config.PemSource;
import dev.headgate.config.Secret;
import dev.headgate.config.Signal;
import dev.headgate.config.TlsClientConfig;
import dev.headgate.config.TlsIdentityConfig;
import dev.headgate.config.TlsProtocols;
import dev.headgate.exporters.client.ExportLoops;
import dev.headgate.exporters.client.GrpcClient;
import dev.headgate.exporters.client.GrpcEndpoint;
import dev.headgate.exporters.client.GrpcReply;
import dev.headgate.exporters.client.HttpClient;
import dev.headgate.exporters.client.HttpReply;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.gateway.backends.GrpcBackend;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.tls.TestPki;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// TLS in and out, over both transports: who is let in, who is not, and what either is told.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TlsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final TestPki pki = new TestPki("authority");
  private final GrpcBackend backend = new GrpcBackend();
  private final ExportLoops loops = new ExportLoops(1);
  @TempDir private Path folder;
  private @Nullable GatewayHarness gateway;

  @BeforeEach
  void issue_certificates() {

    pki.authority().write(folder, "ca");
    pki.issue("server").write(folder, "server");
  }

  @AfterEach
  void close() {
    loops.close();
    if (gateway != null) {
      gateway.close();
    }
    backend.close();
  }

  private GatewayHarness serve(String moreTlsKeys) {
    String tls =
        "{cert_file: %s/server.crt, key_file: %s/server.key%s}"
            .formatted(folder, folder, moreTlsKeys);
    gateway =
        GatewayHarness.start(
            """
            receivers:
              otlp:
                protocols:
                  grpc: {endpoint: "127.0.0.1:0", tls: %s}
                  http: {endpoint: "127.0.0.1:0", tls: %s}
            exporters:
              otlp: {endpoint: "%s", tls: {insecure: true}}
            service:
              telemetry: {metrics: {address: "127.0.0.1:0"}}
              pipelines:
                traces: {receivers: [otlp], exporters: [otlp]}
                logs: {receivers: [otlp], exporters: [otlp]}
            """
                .formatted(tls, tls, backend.endpoint()));
    return gateway;
  }

  private TlsClientConfig trusting(TestPki.Issued authority, TestPki.@Nullable Issued own) {
    return new TlsClientConfig(
        false,
        false,
        inline(authority.certificatePem()),
        false,
        own == null
            ? null
            : new TlsIdentityConfig(
                inline(own.certificatePem()), inline(own.keyPem()), Duration.ZERO),
        null,
        TlsProtocols.DEFAULT);
  }

  private static PemSource inline(String pem) {
    return new PemSource.Inline(new Secret(pem));
  }

  private GrpcReply grpc(TlsClientConfig tls) throws Exception {
    GrpcEndpoint endpoint =
        GrpcEndpoint.parse("https://localhost:" + gateway().grpcPort(), tls.insecure());
    byte[] body = TestOtlp.request(Signal.TRACES, 0, 1);
    CompletableFuture<GrpcReply> reply = new CompletableFuture<>();
    try (GrpcClient client =
        new GrpcClient(
            new GrpcClient.Settings(endpoint, tls, Compression.GZIP, Map.of(), null), loops)) {
      client.export(
          new ExportRequest(
              Signal.TRACES,
              Tenant.NONE,
              List.of(Bytes.of(body)),
              body.length,
              1,
              1,
              false,
              TIMEOUT),
          reply::complete);
      return reply.get(30, TimeUnit.SECONDS);
    }
  }

  private HttpReply http(TlsClientConfig tls) throws Exception {
    CompletableFuture<HttpReply> reply = new CompletableFuture<>();
    URI origin = URI.create("https://localhost:" + gateway().httpPort());
    try (HttpClient client = new HttpClient(origin, tls, loops)) {
      client.post(
          new HttpClient.Call(
              "/v1/logs",
              Map.of("content-type", "application/x-protobuf"),
              List.of(Bytes.of(TestOtlp.request(Signal.LOGS, 0, 1))),
              TIMEOUT),
          reply::complete);
      return reply.get(30, TimeUnit.SECONDS);
    }
  }

  private GatewayHarness gateway() {
    return java.util.Objects.requireNonNull(gateway);
  }

  private void assertTaken(TlsClientConfig tls) throws Exception {
    assertThat(grpc(tls).code()).isEqualTo("OK");
    assertThat(http(tls))
        .isInstanceOfSatisfying(
            HttpReply.Answer.class, answer -> assertThat(answer.status()).isEqualTo(200));
  }

  private void assertRefused(TlsClientConfig tls, String reason) throws Exception {
    GrpcReply reply = grpc(tls);
    assertThat(reply.code()).isEqualTo("UNAVAILABLE");
    assertThat(reply.message()).contains(reason);
    assertThat(http(tls))
        .isInstanceOfSatisfying(
            HttpReply.NoAnswer.class, answer -> assertThat(answer.message()).contains(reason));
    assertThat(gateway().metric("headgate_receiver_requests_total")).isEqualTo(0);
  }

  @Test
  void exporters_reach_receivers_over_tls() {
    serve("");
    String yaml =
        """
        receivers:
          otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
        exporters:
          otlp: {endpoint: "https://localhost:%d", tls: {ca_file: %s/ca.crt}}
          otlphttp:
            endpoint: https://localhost:%d
            tls: {ca_file: %s/ca.crt, min_version: "1.3"}
        service:
          telemetry: {metrics: {address: "127.0.0.1:0"}}
          pipelines:
            traces: {receivers: [otlp], exporters: [otlp]}
            logs: {receivers: [otlp], exporters: [otlphttp]}
        """
            .formatted(gateway().grpcPort(), folder, gateway().httpPort(), folder);
    try (GatewayHarness edge = GatewayHarness.start(yaml);
        OtlpClient client = new OtlpClient(0, edge.httpPort())) {
      for (Signal signal : List.of(Signal.TRACES, Signal.LOGS)) {
        byte[] body = TestOtlp.request(signal, 0, 3);
        assertThat(client.export(OtlpClient.Transport.HTTP_1, signal, body).status())
            .isEqualTo(200);
      }
      edge.assertBalanced();
      gateway().assertBalanced();
      assertThat(backend.journal().ids()).hasSize(6);
    }
  }

  @Test
  void http_1_and_http_2_are_negotiated() throws Exception {
    serve("");
    TrustAll trust = new TrustAll();
    for (Protocol protocol : List.of(Protocol.HTTP_1_1, Protocol.HTTP_2)) {
      OkHttpClient client =
          new OkHttpClient.Builder()
              .protocols(
                  protocol == Protocol.HTTP_2
                      ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)
                      : List.of(protocol))
              .sslSocketFactory(trust.context().getSocketFactory(), trust)
              .hostnameVerifier((_, _) -> true)
              .build();
      String url = "https://127.0.0.1:" + gateway().httpPort() + "/v1/traces";
      var body = okhttp3.RequestBody.create(TestOtlp.request(Signal.TRACES, 0, 1));
      Map<String, String> headers = Map.of("content-type", "application/x-protobuf");
      try (Response response = client.newCall(OtlpClient.build(url, body, headers)).execute()) {
        assertThat(response.code()).isEqualTo(200);
        assertThat(response.protocol()).isEqualTo(protocol);
      }
      client.connectionPool().evictAll();
      client.dispatcher().executorService().shutdown();
    }
  }

  @Test
  void a_server_of_another_authority_is_not_trusted() throws Exception {
    serve("");
    assertRefused(trusting(new TestPki("other").authority(), null), "is of no trusted authority");
  }

  @Test
  void an_expired_server_certificate_is_not_trusted() throws Exception {
    Instant now = Instant.now();
    pki.issue("server", now.minus(Duration.ofHours(2)), now.minus(Duration.ofHours(1)))
        .write(folder, "server");
    serve("");
    assertRefused(trusting(pki.authority(), null), "certificate has expired");
  }

  @Test
  void clients_need_a_certificate_of_the_authority_of_clients() throws Exception {
    serve(", client_ca_file: " + folder + "/ca.crt");
    String reason = "the backend refuses our certificate or wants one";
    assertRefused(trusting(pki.authority(), null), reason);
    TestPki.Issued foreign = new TestPki("authority").issue("intruder");
    assertRefused(trusting(pki.authority(), foreign), reason);
    Instant now = Instant.now();
    TestPki.Issued expired =
        pki.issue("late", now.minus(Duration.ofHours(2)), now.minus(Duration.ofHours(1)));
    assertRefused(trusting(pki.authority(), expired), reason);
    assertTaken(trusting(pki.authority(), pki.issue("client")));
  }

  @Test
  void only_the_versions_of_the_configuration_are_spoken() throws Exception {
    serve(", min_version: \"1.3\"");
    TlsClientConfig current = trusting(pki.authority(), null);
    TlsProtocols old =
        new TlsProtocols(TlsProtocols.Version.TLS_1_2, TlsProtocols.Version.TLS_1_2, List.of());
    assertRefused(
        new TlsClientConfig(false, false, current.ca(), false, null, null, old),
        "no version of TLS in common");
    assertTaken(current);
  }

  @Test
  void a_cipher_suite_of_the_configuration_is_used() throws Exception {
    serve(", max_version: \"1.2\", cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]");
    try (SSLSocket socket = connect(gateway().httpPort())) {
      assertThat(socket.getSession().getCipherSuite())
          .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
    }
    assertTaken(trusting(pki.authority(), null));
  }

  @Test
  void a_new_certificate_is_served_without_a_restart() throws Exception {
    serve(", reload_interval: 50ms");
    X509Certificate first = served(gateway().httpPort());
    TestPki.Issued next = pki.issue("server, renewed");
    next.write(folder, "server");
    for (int port : List.of(gateway().httpPort(), gateway().grpcPort())) {
      await()
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(served(port)).isEqualTo(next.certificate()));
    }
    assertThat(first).isNotEqualTo(next.certificate());
    TestPki.replace(folder.resolve("server.key"), "torn");
    await().during(Duration.ofMillis(200)).until(() -> true);
    assertThat(served(gateway().httpPort())).isEqualTo(next.certificate());
    assertTaken(trusting(pki.authority(), null));
  }

  @Test
  void a_reload_looks_at_certificates_that_have_no_interval() throws Exception {
    GatewayHarness reloading = serve("");
    TestPki.Issued next = pki.issue("server, renewed");
    next.write(folder, "server");
    assertThat(reloading.admin("POST", "/-/reload", "text/plain").body()).startsWith("unchanged");
    for (int port : List.of(reloading.httpPort(), reloading.grpcPort())) {
      await()
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(served(port)).isEqualTo(next.certificate()));
    }
  }

  @Test
  void a_new_authority_of_clients_counts_without_a_restart() throws Exception {
    serve(", client_ca_file_reload: true, client_ca_file: " + folder + "/ca.crt");
    TestPki other = new TestPki("other");
    TlsClientConfig client = trusting(pki.authority(), other.issue("client"));
    assertRefused(client, "refuses our certificate");
    TestPki.replace(folder.resolve("ca.crt"), other.authority().certificatePem());
    await()
        .atMost(GatewayHarness.PATIENCE)
        .untilAsserted(() -> assertThat(grpc(client).code()).isEqualTo("OK"));
    assertTaken(client);
  }

  @Test
  void a_client_renews_its_certificate() throws Exception {
    serve(", client_ca_file: " + folder + "/ca.crt");
    new TestPki("other").issue("client").write(folder, "client");
    String yaml =
        """
        receivers:
          otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
        exporters:
          otlp:
            endpoint: localhost:%d
            retry_on_failure: {initial_interval: 100ms}
            tls:
              ca_file: %s/ca.crt
              cert_file: %s/client.crt
              key_file: %s/client.key
              reload_interval: 50ms
        service:
          telemetry: {metrics: {address: "127.0.0.1:0"}}
          pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}
        """
            .formatted(gateway().grpcPort(), folder, folder, folder);
    try (GatewayHarness edge = GatewayHarness.start(yaml);
        OtlpClient client = new OtlpClient(0, edge.httpPort())) {
      byte[] body = TestOtlp.request(Signal.TRACES, 0, 1);
      client.export(OtlpClient.Transport.HTTP_1, Signal.TRACES, body);
      await()
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(
              () -> assertThat(edge.metric("headgate_exporter_retries_total")).isPositive());
      assertThat(backend.journal().ids()).isEmpty();
      pki.issue("client").write(folder, "client");
      edge.assertBalanced();
      gateway().assertBalanced();
      assertThat(backend.journal().ids()).hasSize(1);
    }
  }

  @Test
  void a_key_of_another_certificate_does_not_start() {
    TestPki.replace(folder.resolve("server.key"), pki.issue("server").keyPem());
    assertThatThrownBy(() -> serve(""))
        .hasMessageContaining("server.key: the key is not the certificate's");
  }

  private X509Certificate served(int port) throws IOException {
    try (SSLSocket socket = connect(port)) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static SSLSocket connect(int port) throws IOException {
    SSLSocket socket =
        (SSLSocket) new TrustAll().context().getSocketFactory().createSocket("127.0.0.1", port);
    socket.startHandshake();
    return socket;
  }

  /// Looks at every certificate.
  private static final class TrustAll implements javax.net.ssl.X509TrustManager {
    SSLContext context() {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {this}, null);
        return context;
      } catch (java.security.GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
