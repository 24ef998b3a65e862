package dev.headgate.gateway.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.GrpcBackend;
import dev.headgate.gateway.backends.OtlpItems;
import dev.headgate.gateway.backends.ReadApi;
import dev.headgate.gateway.cli.Headgate;
import dev.headgate.gateway.e2e.GatewayHarness;
import dev.headgate.gateway.e2e.OtlpClient;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.gateway.e2e.TestOtlp;
import dev.headgate.gateway.readback.JsonValue;
import dev.headgate.gateway.smoke.SmokeReport.Arrival;
import dev.headgate.gateway.smoke.SmokeReport.Check;
import dev.headgate.pipeline.payload.ManualNanoClock;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SmokeTest {
  private static final int BUDGET = 5;
  private static final String EXPORTER = "  otlp: {endpoint: \"%s\", tls: {insecure: true}}\n";
  private static final String REDACTING =
      GatewayHarness.RECEIVERS
          + """
          processors:
            redaction: {allow_all_keys: true, blocked_keys: ["*.password"], replacement: "[REDACTED]"}
            log_scrubber:
          exporters:
            otlp: {endpoint: "${env:SINK}", tls: {insecure: true}}
          service:
            telemetry: {metrics: {address: "127.0.0.1:0"}}
            pipelines:
              traces: {receivers: [otlp], processors: [redaction], exporters: [otlp]}
              logs: {receivers: [otlp], processors: [redaction, log_scrubber], exporters: [otlp]}
              metrics: {receivers: [otlp], processors: [redaction], exporters: [otlp]}
          """;

  private final GrpcBackend sink = new GrpcBackend();

  @AfterEach
  void close() {
    sink.close();
  }

  private GatewayHarness redacting() {
    return GatewayHarness.start(REDACTING, Map.of("SINK", sink.endpoint()));
  }

  private GatewayHarness leaking() {
    return GatewayHarness.start(
        EXPORTER.formatted(sink.endpoint()), "otlp", "traces", "logs", "metrics");
  }

  private static URI http(GatewayHarness gateway) {
    return URI.create("http://127.0.0.1:" + gateway.httpPort());
  }

  private static Smoke.Settings settings(URI gateway, URI backends) {
    return new Smoke.Settings(
        gateway, backends, backends, backends, "", GatewayHarness.PATIENCE, BUDGET);
  }

  /// In time that passes while it waits.
  private static Smoke inNoTime(Smoke.Settings settings) {
    ManualNanoClock clock = new ManualNanoClock();
    return new Smoke(
        settings,
        new Marker("00".repeat(15) + "01", "00".repeat(7) + "01", 1, "planted"),
        new Passage.Times(
            clock, InstantSource.system(), time -> clock.advance(time), settings.timeout()));
  }

  private static Map<String, Check> checks(SmokeReport report) {
    return report.checks().stream().collect(Collectors.toMap(Check::name, Function.identity()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/prometheus"})
  void finds_what_it_sent(String metricsPath) throws Exception {
    try (ReadApi api = new ReadApi(sink.journal(), metricsPath);
        GatewayHarness gateway = redacting()) {
      SmokeReport report = new Smoke(settings(http(gateway), api.uri())).run();

      assertThat(report.passed()).as(report.text()).isTrue();
      assertThat(report.arrivals())
          .extracting(Arrival::signal)
          .containsExactly(Signal.TRACES, Signal.LOGS, Signal.METRICS);
      assertThat(checks(report)).containsOnlyKeys("secret", "span names", "series");
      assertThat(checks(report).get("secret").detail()).contains("traces, logs, metrics");
      assertThat(report.text()).contains("arrived at " + api.uri()).contains("passed");
    }
  }

  @Test
  void a_second_test_is_not_taken_for_the_first() throws Exception {
    try (ReadApi api = new ReadApi(sink.journal(), "");
        GatewayHarness gateway = redacting()) {
      new Smoke(settings(http(gateway), api.uri())).run();
      SmokeReport second = new Smoke(settings(http(gateway), api.uri())).run();

      assertThat(second.passed()).as(second.text()).isTrue();
      assertThat(sink.journal().messages()).hasSize(6);
    }
  }

  @Test
  void says_what_did_not_arrive_in_time() throws Exception {
    try (GrpcBackend elsewhere = new GrpcBackend();
        ReadApi api = new ReadApi(elsewhere.journal(), "");
        GatewayHarness gateway = redacting()) {
      SmokeReport report = inNoTime(settings(http(gateway), api.uri())).run();

      assertThat(report.passed()).isFalse();
      assertThat(report.arrivals())
          .extracting(Arrival::problem)
          .containsOnly("nothing there after 30 s");
      assertThat(checks(report).get("secret").passed()).isFalse();
      assertThat(report.text()).contains("NOT ARRIVED at " + api.uri());
    }
  }

  @Test
  void sees_a_secret_that_arrived_and_does_not_repeat_it() throws Exception {
    try (ReadApi api = new ReadApi(sink.journal(), "");
        GatewayHarness gateway = leaking()) {
      SmokeReport report = new Smoke(settings(http(gateway), api.uri())).run();

      assertThat(report.arrivals()).allMatch(Arrival::arrived);
      assertThat(report.passed()).isFalse();
      assertThat(checks(report).get("secret"))
          .isEqualTo(
              new Check("secret", false, "the planted secret arrived in traces, logs, metrics"));
    }
  }

  @Test
  void sees_a_uuid_in_the_name_of_any_span() throws Exception {
    try (ReadApi api = new ReadApi(sink.journal(), "");
        GatewayHarness gateway = redacting();
        OtlpClient client = gateway.client()) {
      var request = ExportTraceServiceRequest.newBuilder();
      request
          .addResourceSpansBuilder()
          .addScopeSpansBuilder()
          .addSpans(TestOtlp.span(1).setName("GET /a/550e8400-e29b-41d4-a716-446655440000"));
      client.export(Transport.GRPC, Signal.TRACES, request.build().toByteArray());
      gateway.assertBalanced();

      Check check = checks(new Smoke(settings(http(gateway), api.uri())).run()).get("span names");

      assertThat(check.passed()).isFalse();
      // The fake leaves out the leading zeros, as Tempo does.
      assertThat(check.detail()).endsWith(": 000000000000004d0000000000000001");
    }
  }

  @Test
  void sees_a_metric_over_its_budget() throws Exception {
    try (ReadApi api = new ReadApi(sink.journal(), "/prometheus");
        GatewayHarness gateway = redacting();
        OtlpClient client = gateway.client()) {
      client.export(
          Transport.HTTP_1, Signal.METRICS, TestOtlp.request(Signal.METRICS, 0, BUDGET + 1));
      gateway.assertBalanced();
      assertThat(sink.journal().messages().stream().flatMap(OtlpItems::points)).hasSize(BUDGET + 1);

      Check check = checks(new Smoke(settings(http(gateway), api.uri())).run()).get("series");

      assertThat(check)
          .isEqualTo(new Check("series", false, "requests of e2e has 6 (expected: 5 at most)"));
    }
  }

  @Test
  void names_what_does_not_answer() throws Exception {
    URI nobody = URI.create("http://127.0.0.1:" + freePort());
    try (GatewayHarness gateway = redacting()) {
      SmokeReport report = inNoTime(settings(http(gateway), nobody)).run();
      assertThat(report.arrivals())
          .extracting(Arrival::problem)
          .allMatch(problem -> problem.startsWith(nobody + "/") && problem.contains("no answer: "));
      assertThat(checks(report)).allSatisfy((_, check) -> assertThat(check.passed()).isFalse());

      SmokeReport withoutGateway = inNoTime(settings(nobody, nobody)).run();
      assertThat(withoutGateway.arrivals().getFirst().problem())
          .startsWith(nobody + "/v1/traces: no answer: ");
    }
  }

  @Test
  void what_a_gateway_refuses_for_good_is_not_waited_for() throws Exception {
    try (ReadApi api = new ReadApi(sink.journal(), "")) {
      // It takes no OTLP: 404.
      SmokeReport report = new Smoke(settings(api.uri(), api.uri())).run();
      assertThat(report.arrivals().getFirst().problem())
          .isEqualTo(api.uri() + "/v1/traces: HTTP 404: 404 page not found");
    }
  }

  @Test
  void one_backend_is_enough_and_only_its_signal_is_sent() throws Exception {
    try (ReadApi api = new ReadApi(sink.journal(), "");
        GatewayHarness gateway = redacting()) {
      Smoke.Settings logs =
          new Smoke.Settings(
              http(gateway), null, api.uri(), null, "", GatewayHarness.PATIENCE, BUDGET);
      SmokeReport report = new Smoke(logs).run();
      assertThat(report.passed()).as(report.text()).isTrue();
      assertThat(checks(report)).containsOnlyKeys("secret");
      assertThat(sink.journal().messages()).hasSize(1);
    }
  }

  @Test
  void the_command_ends_as_the_test_does() {
    try (ReadApi api = new ReadApi(sink.journal(), "/prometheus")) {
      try (GatewayHarness gateway = redacting()) {
        assertThat(command(http(gateway), api.uri(), "text")).isZero();
      }
      try (GatewayHarness gateway = leaking()) {
        assertThat(command(http(gateway), api.uri(), "json")).isEqualTo(1);
      }
    }
  }

  private static int command(URI gateway, URI backends, String output) {
    return Headgate.run(
        "smoke",
        "--gateway=" + gateway + "/",
        "--tempo=" + backends,
        "--loki=" + backends,
        "--mimir=" + backends,
        "--timeout=30s",
        "--output",
        output);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--timeout=5",
        "--tempo=tempo:3200",
        "--tempo=ftp://tempo",
        "--tempo=",
        "--tempo=http://tempo:3200 --gateway=http://user:password@gateway",
        "--tempo=http://tempo:3200 --output=xml",
        "--tempo=http://tempo:3200 --series-budget=0",
        "--tempo=http://tempo:3200 --series-budget=many",
        "--tempo=http://tempo:3200 --timeout=5h"
      })
  void the_command_refuses_what_it_does_not_understand(String options) {
    List<String> words = new ArrayList<>(List.of("smoke"));
    words.addAll(List.of(options.split(" ")));
    assertThat(Headgate.run(words.toArray(String[]::new))).isEqualTo(2);
  }

  @Test
  void reports_as_json() throws Exception {
    try (ReadApi api = new ReadApi(sink.journal(), "");
        GatewayHarness gateway = leaking()) {
      JsonValue report = json(new Smoke(settings(http(gateway), api.uri())).run());
      assertThat(report.get("passed").text()).isEqualTo("false");
      assertThat(report.get("id").text()).hasSize(32);
      assertThat(report.get("signals").at(0).members())
          .containsOnlyKeys("signal", "backend", "arrived", "latency_ms");
      assertThat(report.get("checks").at(0).texts())
          .containsEntry("name", "secret")
          .containsEntry("passed", "false");

      JsonValue missing = json(inNoTime(settings(api.uri(), api.uri())).run());
      assertThat(missing.get("signals").at(0).members())
          .containsOnlyKeys("signal", "backend", "arrived", "problem");
    }
  }

  private static JsonValue json(SmokeReport report) throws IOException {
    return JsonValue.parse(report.json().getBytes(StandardCharsets.UTF_8));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
