package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.GrpcBackend;
import dev.headgate.gateway.e2e.OtlpClient.Answer;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.pipeline.tls.TestPki;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may send, over all transports, and as whom the exporters send.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AuthTest {
  /// The password `secret`, by bcrypt of cost 5.
  private static final String HASH = "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

  private static final String REFUSED = "headgate_receiver_refused_requests_total";

  private final GrpcBackend backend = new GrpcBackend();
  private final List<AutoCloseable> opened = new ArrayList<>();
  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
    backend.close();
  }

  private <T extends AutoCloseable> T open(T closeable) {
    opened.add(closeable);
    return closeable;
  }

  private GatewayHarness serve(String extension, String extensionKeys) {
    return serve("auth: {authenticator: " + extension + "}", extension, extensionKeys);
  }

  private GatewayHarness serve(String receiver, String extension, String extensionKeys) {
    return open(GatewayHarness.start(yaml(receiver, extension, extensionKeys)));
  }

  private String yaml(String receiver, String extension, String extensionKeys) {
    return """
    receivers:
      otlp:
        protocols:
          grpc: {endpoint: "127.0.0.1:0", %s}
          http: {endpoint: "127.0.0.1:0", %s}
    exporters:
      otlp: {endpoint: "%s", tls: {insecure: true}}
    extensions:
      %s: %s
    service:
      extensions: [%s]
      telemetry: {metrics: {address: "127.0.0.1:0"}}
      pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}
    """
        .formatted(receiver, receiver, backend.endpoint(), extension, extensionKeys, extension);
  }

  private static Answer send(
      OtlpClient client, Transport transport, @Nullable String authorization) {
    return client.export(
        transport,
        Signal.TRACES,
        TestOtlp.request(Signal.TRACES, 0, 1),
        authorization == null ? Map.of() : Map.of("authorization", authorization));
  }

  private static String basic(String user, String password) {
    String pair = user + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertUnauthenticated(Answer answer, Transport transport, String scheme) {
    if (transport == Transport.GRPC) {
      assertThat(answer.status()).isEqualTo(16);
      assertThat(answer.trailersOnly()).isTrue();
    } else {
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.headers().get("www-authenticate")).startsWith(scheme + " realm=");
      assertThat(answer.headers()).containsEntry("content-type", "application/x-protobuf");
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void a_bearer_token_is_demanded(Transport transport) {
    GatewayHarness gateway = serve("bearertokenauth", "{tokens: [one, two]}");
    OtlpClient client = open(gateway.client());
    for (String wrong : new String[] {null, "", "Bearer", "Bearer on", "bearer one", "one"}) {
      assertUnauthenticated(send(client, transport, wrong), transport, "Bearer");
    }
    assertThat(gateway.metric(REFUSED, "reason=\"unauthenticated\"")).isEqualTo(6);
    assertThat(gateway.metric("headgate_budget_used_bytes")).isZero();
    assertThat(send(client, transport, "Bearer one").ok(transport)).isTrue();
    assertThat(send(client, transport, "Bearer two").ok(transport)).isTrue();
    gateway.assertBalanced();
    assertThat(backend.journal().ids()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void a_token_may_stand_bare_in_another_header(Transport transport) {
    GatewayHarness gateway =
        serve("bearertokenauth", "{token: t0ken, scheme: '', header: X-Api-Key}");
    OtlpClient client = open(gateway.client());
    byte[] body = TestOtlp.request(Signal.TRACES, 0, 1);
    assertThat(
            client
                .export(transport, Signal.TRACES, body, Map.of("x-api-key", "t0ken"))
                .ok(transport))
        .isTrue();
    assertUnauthenticated(send(client, transport, "t0ken"), transport, "Bearer");
  }

  @Test
  void a_new_token_in_the_file_counts_without_a_restart() throws IOException {
    Path file = Files.writeString(folder.resolve("tokens"), "old # of last year\n\nother\n");
    GatewayHarness gateway = serve("bearertokenauth", "{filename: " + file + "}");
    OtlpClient client = open(gateway.client());
    assertThat(send(client, Transport.HTTP_1, "Bearer old").status()).isEqualTo(200);
    assertThat(send(client, Transport.GRPC, "Bearer other").status()).isEqualTo(0);
    TestPki.replace(file, "new\n");
    await()
        .atMost(GatewayHarness.PATIENCE)
        .untilAsserted(() -> {
          assertThat(send(client, Transport.HTTP_1, "Bearer new").status()).isEqualTo(200);
          assertThat(send(client, Transport.GRPC, "Bearer new").status()).isEqualTo(0);
        });
    assertThat(send(client, Transport.HTTP_1, "Bearer old").status()).isEqualTo(401);
    TestPki.replace(file, "\n");
    await().during(java.time.Duration.ofMillis(1500)).until(() -> true);
    assertThat(send(client, Transport.HTTP_1, "Bearer new").status()).isEqualTo(200);
    assertThat(send(client, Transport.HTTP_1, "Bearer ").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void a_user_and_password_are_demanded(Transport transport) {
    GatewayHarness gateway =
        serve("basicauth", "{htpasswd: {inline: \"plain:simple\\nslow:" + HASH + "\"}}");
    OtlpClient client = open(gateway.client());
    for (String wrong :
        new String[] {
          null,
          "Basic",
          "Basic !",
          "Bearer x",
          basic("plain", "wrong"),
          basic("nobody", "simple"),
          basic("slow", "wrong"),
          basic("slow", HASH)
        }) {
      assertUnauthenticated(send(client, transport, wrong), transport, "Basic");
    }
    assertThat(gateway.metric(REFUSED, "reason=\"unauthenticated\"")).isEqualTo(8);
    assertThat(gateway.metric("headgate_budget_used_bytes")).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(send(client, transport, basic("plain", "simple")).ok(transport)).isTrue();
      assertThat(send(client, transport, basic("slow", "secret")).ok(transport)).isTrue();
    }
    assertUnauthenticated(send(client, transport, basic("slow", "wrong")), transport, "Basic");
    gateway.assertBalanced();
  }

  @Test
  void a_new_htpasswd_file_counts_without_a_restart() throws IOException {
    Path file = Files.writeString(folder.resolve("htpasswd"), "user:" + HASH + "\n");
    GatewayHarness gateway = serve("basicauth", "{htpasswd: {file: " + file + "}}");
    OtlpClient client = open(gateway.client());
    assertThat(send(client, Transport.HTTP_2, basic("user", "secret")).status()).isEqualTo(200);
    TestPki.replace(file, "user:other\n");
    await()
        .atMost(GatewayHarness.PATIENCE)
        .untilAsserted(() ->
            assertThat(send(client, Transport.HTTP_2, basic("user", "secret")).status())
                .isEqualTo(401));
    assertThat(send(client, Transport.HTTP_2, basic("user", "other")).status()).isEqualTo(200);
  }

  @Test
  void nobody_learns_from_outside_what_there_is() {
    GatewayHarness gateway = serve("bearertokenauth", "{token: t}");
    OtlpClient client = open(gateway.client());
    String url = "http://127.0.0.1:" + gateway.httpPort() + "/nothing/here";
    Answer answer =
        client.call(
            OtlpClient.build(url, RequestBody.create(new byte[1]), Map.of()), Transport.HTTP_1);
    assertThat(answer.status()).isEqualTo(401);
    byte[] body = TestOtlp.request(Signal.METRICS, 0, 1);
    assertThat(client.export(Transport.GRPC, Signal.METRICS, body).status()).isEqualTo(16);
  }

  @Test
  void a_browser_may_ask_without_credentials_and_read_the_refusal() {
    GatewayHarness gateway =
        open(
            GatewayHarness.start(
                """
                receivers:
                  otlp:
                    protocols:
                      http:
                        endpoint: "127.0.0.1:0"
                        auth: {authenticator: bearertokenauth}
                        cors: {allowed_origins: ["https://*.example.com"], allowed_headers: [authorization]}
                        response_headers: {X-Served-By: us, Transfer-Encoding: chunked}
                exporters: {otlp: {endpoint: "%s", tls: {insecure: true}}}
                extensions: {bearertokenauth: {token: t}}
                service:
                  extensions: [bearertokenauth]
                  telemetry: {metrics: {address: "127.0.0.1:0"}}
                  pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}
                """
                    .formatted(backend.endpoint())));
    OtlpClient client = open(new OtlpClient(0, gateway.httpPort()));
    okhttp3.Request preflight =
        new okhttp3.Request.Builder()
            .url(client.url(Transport.HTTP_1, Signal.TRACES))
            .method("OPTIONS", null)
            .header("Origin", "https://a.example.com")
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "authorization")
            .build();
    for (Transport transport : List.of(Transport.HTTP_1, Transport.HTTP_2)) {
      Answer asked = client.call(preflight, transport);
      assertThat(asked.status()).isEqualTo(204);
      assertThat(asked.body()).isEmpty();
      assertThat(asked.headers())
          .containsEntry("access-control-allow-origin", "https://a.example.com")
          .containsEntry("access-control-allow-headers", "authorization")
          .containsEntry("x-served-by", "us");
      byte[] body = TestOtlp.request(Signal.TRACES, 0, 1);
      Map<String, String> origin = Map.of("Origin", "https://a.example.com");
      Answer refused = client.export(transport, Signal.TRACES, body, origin);
      assertUnauthenticated(refused, transport, "Bearer");
      assertThat(refused.headers())
          .containsEntry("access-control-allow-origin", "https://a.example.com")
          .containsEntry("x-served-by", "us")
          .doesNotContainKey("transfer-encoding");
      Answer taken =
          client.export(
              transport,
              Signal.TRACES,
              body,
              Map.of("Origin", "https://evil.com", "Authorization", "Bearer t"));
      assertThat(taken.status()).isEqualTo(200);
      assertThat(taken.headers()).doesNotContainKey("access-control-allow-origin");
    }
  }

  /// The answer comes before the body does.
  @Test
  void a_body_is_not_waited_for() throws IOException {
    GatewayHarness gateway = serve("bearertokenauth", "{token: t}");
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", gateway.httpPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              ("POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n"
                      + "Content-Type: application/json\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] start = socket.getInputStream().readNBytes(12);
      assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 401");
      assertThat(gateway.metric("headgate_budget_used_bytes")).isZero();
    }
  }

  @Test
  void many_slow_passwords_at_once_are_refused_retryably_and_known_users_go_on() throws Exception {
    // Cost 8: some 20 ms each, and never the password of anybody.
    String slow = "$2y$08$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";
    GatewayHarness gateway =
        serve("basicauth", "{htpasswd: {inline: \"a:" + HASH + "\\nb:" + slow + "\"}}");
    OtlpClient client = open(gateway.client());
    assertThat(send(client, Transport.HTTP_2, basic("a", "secret")).status()).isEqualTo(200);
    List<okhttp3.Call> calls = new ArrayList<>();
    java.util.concurrent.CountDownLatch done = new java.util.concurrent.CountDownLatch(90);
    client.of(Transport.HTTP_2).dispatcher().setMaxRequestsPerHost(90);
    client.of(Transport.HTTP_2).dispatcher().setMaxRequests(90);
    java.util.Map<Integer, Integer> statuses = new java.util.concurrent.ConcurrentHashMap<>();
    for (int i = 0; i < 90; i++) {
      okhttp3.Call call =
          client
              .of(Transport.HTTP_2)
              .newCall(
                  client.request(
                      Transport.HTTP_2,
                      Signal.TRACES,
                      TestOtlp.request(Signal.TRACES, i, 1),
                      Map.of("authorization", basic("b", "guess" + i))));
      calls.add(call);
      call.enqueue(
          new okhttp3.Callback() {
            @Override
            public void onFailure(okhttp3.Call failed, IOException e) {
              done.countDown();
            }

            @Override
            public void onResponse(okhttp3.Call answered, okhttp3.Response response) {
              statuses.merge(response.code(), 1, Integer::sum);
              response.close();
              done.countDown();
            }
          });
    }
    await()
        .atMost(GatewayHarness.PATIENCE)
        .untilAsserted(() -> assertThat(statuses).containsKey(503));
    assertThat(send(client, Transport.HTTP_1, basic("a", "secret")).status()).isEqualTo(200);
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(statuses).containsOnlyKeys(401, 503);
    assertThat(gateway.metric(REFUSED, "reason=\"authentication\""))
        .isEqualTo((double) statuses.get(503));
  }

  @Test
  void exporters_show_what_receivers_demand() throws IOException {
    TestPki pki = new TestPki("authority");
    pki.authority().write(folder, "ca");
    pki.issue("server").write(folder, "server");
    Path password = Files.writeString(folder.resolve("password"), "secret\n");
    GatewayHarness core =
        serve(
            "auth: {authenticator: basicauth}, tls: {cert_file: %s/server.crt, key_file: %s/server.key}"
                .formatted(folder, folder),
            "basicauth",
            "{htpasswd: {inline: \"user:" + HASH + "\"}}");
    GatewayHarness edge =
        open(
            GatewayHarness.start(
                """
                receivers:
                  otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
                exporters:
                  otlp:
                    endpoint: "localhost:%d"
                    tls: {ca_file: %s/ca.crt}
                    auth: {authenticator: basicauth}
                  otlphttp:
                    endpoint: "https://localhost:%d"
                    compression: zlib
                    compression_params: {level: -2}
                    tls: {ca_file: %s/ca.crt}
                    auth: {authenticator: basicauth}
                extensions:
                  basicauth: {client_auth: {username: user, password_file: %s}}
                service:
                  extensions: [basicauth]
                  telemetry: {metrics: {address: "127.0.0.1:0"}}
                  pipelines:
                    traces: {receivers: [otlp], exporters: [otlp, otlphttp]}
                """
                    .formatted(core.grpcPort(), folder, core.httpPort(), folder, password)));
    OtlpClient client = open(new OtlpClient(0, edge.httpPort()));
    assertThat(send(client, Transport.HTTP_1, null).status()).isEqualTo(200);
    edge.assertBalanced();
    core.assertBalanced();
    assertThat(core.metric("headgate_receiver_requests_total")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_sdk_shows_a_certificate_and_a_token(boolean grpc) {
    TestPki pki = new TestPki("authority");
    TestPki.Issued authority = pki.authority().write(folder, "ca");
    pki.issue("server").write(folder, "server");
    TestPki.Issued own = pki.issue("client");
    GatewayHarness gateway =
        serve(
            "auth: {authenticator: bearertokenauth}, tls: {cert_file: %s/server.crt, key_file: %s/server.key, client_ca_file: %s/ca.crt}"
                .formatted(folder, folder, folder),
            "bearertokenauth",
            "{token: t0ken}");
    for (String token : new String[] {"wrong", "t0ken"}) {
      CompletableResultCode sent;
      try (SpanExporter exporter = exporter(gateway, grpc, authority, own, token);
          SdkTracerProvider provider =
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                  .build()) {
        provider.get("test").spanBuilder("span").startSpan().end();
        sent = provider.forceFlush().join(20, TimeUnit.SECONDS);
      }
      assertThat(sent.isSuccess()).isEqualTo(token.equals("t0ken"));
    }
    gateway.assertBalanced();
    assertThat(backend.journal().requests()).hasSize(1);
    assertThat(gateway.metric(REFUSED, "reason=\"unauthenticated\"")).isEqualTo(1);
  }

  private static SpanExporter exporter(
      GatewayHarness gateway,
      boolean grpc,
      TestPki.Issued authority,
      TestPki.Issued own,
      String token) {
    byte[] trusted = authority.certificatePem().getBytes(StandardCharsets.US_ASCII);
    byte[] certificate = own.certificatePem().getBytes(StandardCharsets.US_ASCII);
    byte[] key = own.keyPem().getBytes(StandardCharsets.US_ASCII);
    return grpc
        ? OtlpGrpcSpanExporter.builder()
            .setEndpoint("https://localhost:" + gateway.grpcPort())
            .setTrustedCertificates(trusted)
            .setClientTls(key, certificate)
            .addHeader("authorization", "Bearer " + token)
            .build()
        : OtlpHttpSpanExporter.builder()
            .setEndpoint("https://localhost:" + gateway.httpPort() + "/v1/traces")
            .setTrustedCertificates(trusted)
            .setClientTls(key, certificate)
            .addHeader("Authorization", "Bearer " + token)
            .build();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void tenants_are_sent_on_by_other_names_and_never_joined(Transport transport) {
    GatewayHarness gateway =
        open(
            GatewayHarness.start(
                """
                receivers:
                  otlp:
                    protocols:
                      grpc: {endpoint: "127.0.0.1:0", include_metadata: true}
                      http: {endpoint: "127.0.0.1:0", include_metadata: true}
                exporters:
                  otlp:
                    endpoint: "%s"
                    tls: {insecure: true}
                    headers: {X-Fixed: f, X-Gone: g, X-There: t}
                    auth: {authenticator: headers_setter}
                    sending_queue: {batch: {flush_timeout: 300ms, min_size: 1000}}
                extensions:
                  headers_setter:
                    headers:
                      - {action: upsert, key: X-Scope-OrgID, from_context: tenant_id, default_value: nobody}
                      - {action: insert, key: X-Team, from_context: X-Scope-OrgID}
                      - {action: insert, key: X-Fixed, value: other}
                      - {action: update, key: X-There, value: changed}
                      - {action: update, key: X-Absent, value: never}
                      - {action: delete, key: X-Gone}
                service:
                  extensions: [headers_setter]
                  telemetry: {metrics: {address: "127.0.0.1:0"}}
                  pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}
                """
                    .formatted(backend.endpoint())));
    OtlpClient client = open(gateway.client());
    List<Map<String, String>> contexts =
        List.of(
            Map.of("tenant_id", "a"),
            Map.of("tenant_id", "b", "x-scope-orgid", "team"),
            Map.of("tenant_id", "a"),
            Map.of());
    for (int i = 0; i < contexts.size(); i++) {
      byte[] body = TestOtlp.request(Signal.TRACES, i, 1);
      assertThat(client.export(transport, Signal.TRACES, body, contexts.get(i)).ok(transport))
          .isTrue();
    }
    byte[] body = TestOtlp.request(Signal.TRACES, 9, 1);
    assertThat(
            client.export(transport, Signal.TRACES, body, Map.of("tenant_id", "a|b")).ok(transport))
        .isFalse();
    gateway.assertBalanced();
    assertThat(backend.journal().requests())
        .extracting(request -> request.headers().get("x-scope-orgid"))
        .containsExactlyInAnyOrder("a", "b", "nobody");
    assertThat(backend.journal().requests())
        .allSatisfy(request -> {
          boolean b = "b".equals(request.headers().get("x-scope-orgid"));
          assertThat(request.headers())
              .containsEntry("x-team", b ? "team" : "")
              .containsEntry("x-fixed", "f")
              .containsEntry("x-there", "changed")
              .doesNotContainKeys("x-gone", "x-absent", "tenant_id");
        });
  }

  @Test
  void a_reload_changes_who_may_send() {
    String auth = "auth: {authenticator: bearertokenauth}";
    GatewayHarness gateway = serve("bearertokenauth", "{token: one}");
    OtlpClient client = open(gateway.client());
    assertThat(send(client, Transport.HTTP_1, "Bearer one").status()).isEqualTo(200);
    assertThat(send(client, Transport.GRPC, "Bearer one").status()).isZero();
    String missing = yaml(auth, "bearertokenauth", "{filename: " + folder + "/none}");
    assertThat(gateway.reload(missing).statusCode()).isEqualTo(400);
    assertThat(send(client, Transport.HTTP_1, "Bearer one").status()).isEqualTo(200);
    assertThat(send(client, Transport.GRPC, null).status()).isEqualTo(16);
    String changed = yaml(auth, "bearertokenauth", "{token: two}");
    assertThat(gateway.reload(changed).statusCode()).isEqualTo(200);
    OtlpClient again = open(gateway.client());
    for (Transport transport : Transport.values()) {
      assertUnauthenticated(send(again, transport, "Bearer one"), transport, "Bearer");
      assertThat(send(again, transport, "Bearer two").ok(transport)).isTrue();
    }
    assertThat(send(client, Transport.HTTP_1, "Bearer one").status()).isEqualTo(401);
  }

  @Test
  void a_file_without_a_token_does_not_start() throws IOException {
    Path file = Files.writeString(folder.resolve("tokens"), " \n\t\n");
    assertThatThrownBy(() -> serve("bearertokenauth", "{filename: " + file + "}"))
        .hasMessageContaining(file + ": empty (expected: a token a line)");
    assertThatThrownBy(() -> serve("bearertokenauth", "{filename: " + folder + "/none}"))
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> serve("basicauth", "{htpasswd: {inline: '# nobody'}}"))
        .hasMessageContaining("htpasswd: no user");
  }
}
