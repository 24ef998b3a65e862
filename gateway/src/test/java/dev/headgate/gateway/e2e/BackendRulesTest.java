package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.GrpcBackend;
import dev.headgate.gateway.backends.HttpBackend;
import dev.headgate.gateway.backends.OtlpItems;
import dev.headgate.gateway.backends.Reaction;
import dev.headgate.gateway.backends.Received;
import dev.headgate.gateway.backends.Script;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import io.grpc.Status;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the backends refuse, through the whole gateway: everything else arrives once, and the
/// ledger says what became of the rest.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BackendRulesTest {
  private static final String FAST_RETRY =
      "retry_on_failure: {initial_interval: 5ms, max_interval: 20ms}";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final long NOW_NANOS = 1_790_000_000_000_000_000L;

  private final GrpcBackend tempo = new GrpcBackend();
  private final HttpBackend loki = new HttpBackend(HttpBackend.Kind.LOKI);
  private final HttpBackend mimir = new HttpBackend(HttpBackend.Kind.MIMIR);
  private final HttpBackend prometheus = new HttpBackend(HttpBackend.Kind.PROMETHEUS);

  @AfterEach
  void close() {
    tempo.close();
    loki.close();
    mimir.close();
    prometheus.close();
  }

  private GatewayHarness tempo() {
    String exporter =
        "  otlp/tempo: {endpoint: \"%s\", tls: {insecure: true}, %s}\n"
            .formatted(tempo.endpoint(), FAST_RETRY);
    return GatewayHarness.start(exporter, "otlp/tempo", "traces");
  }

  private static GatewayHarness http(String name, HttpBackend backend, String signal, String more) {
    String exporter =
        "  otlphttp/%s: {endpoint: \"%s\", %s%s}\n"
            .formatted(name, backend.endpoint(), FAST_RETRY, more);
    return GatewayHarness.start(exporter, "otlphttp/" + name, signal);
  }

  private static void send(GatewayHarness gateway, Signal signal, byte[] body) {
    try (OtlpClient client = gateway.client()) {
      assertThat(client.export(Transport.GRPC, signal, body).status()).isZero();
    }
  }

  private static double dropped(GatewayHarness gateway, String reason) {
    Double value =
        gateway.metric("headgate_ledger_dropped_items_total", "reason=\"" + reason + "\"");
    return value == null ? 0 : value;
  }

  private static List<String> idsWithout(Signal signal, int count, String... missing) {
    List<String> ids = new ArrayList<>(TestOtlp.ids(signal, 0, count));
    ids.removeAll(List.of(missing));
    return ids;
  }

  private static byte[] logs(LogRecord.Builder... records) {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    var scope = request.addResourceLogsBuilder().addScopeLogsBuilder();
    for (LogRecord.Builder record : records) {
      scope.addLogRecords(record);
    }
    return request.build().toByteArray();
  }

  private static Metric.Builder gauge(String name, long... times) {
    Metric.Builder metric = Metric.newBuilder().setName(name);
    for (long time : times) {
      metric
          .getGaugeBuilder()
          .addDataPoints(NumberDataPoint.newBuilder().setTimeUnixNano(time).setAsInt(time % 100));
    }
    return metric;
  }

  private static Metric.Builder delta(String name, long time) {
    Metric.Builder metric = Metric.newBuilder().setName(name);
    metric
        .getSumBuilder()
        .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA)
        .addDataPoints(NumberDataPoint.newBuilder().setTimeUnixNano(time).setAsInt(1));
    return metric;
  }

  private static byte[] metrics(Metric.Builder... metrics) {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    var scope = request.addResourceMetricsBuilder().addScopeMetricsBuilder();
    for (Metric.Builder metric : metrics) {
      scope.addMetrics(metric);
    }
    return request.build().toByteArray();
  }

  private static List<Long> times(HttpBackend backend) {
    return backend
        .journal()
        .taken()
        .flatMap(request -> OtlpItems.points(request.message()))
        .map(NumberDataPoint::getTimeUnixNano)
        .toList();
  }

  private static List<LogRecord> records(HttpBackend backend) {
    List<LogRecord> records = new ArrayList<>();
    for (Message message : backend.journal().messages()) {
      OtlpItems.records(message).forEach(records::add);
    }
    return records;
  }

  // --- Tempo -------------------------------------------------------------------------------------

  @Test
  void tempo_gets_everything_but_the_span_it_refuses_requests_for() {
    String poison = TestOtlp.ids(Signal.TRACES, 37, 1).getFirst();
    tempo.journal().poison(poison);
    try (GatewayHarness gateway = tempo()) {
      send(gateway, Signal.TRACES, TestOtlp.request(Signal.TRACES, 0, 100));
      gateway.assertBalanced();
      assertThat(tempo.journal().ids())
          .containsExactlyInAnyOrderElementsOf(idsWithout(Signal.TRACES, 100, poison));
      assertThat(dropped(gateway, "poison")).isEqualTo(1);
      assertThat(gateway.metric("headgate_exporter_bisect_requests_total"))
          .isEqualTo(tempo.journal().requests().size() - 1.0)
          .isLessThanOrEqualTo(2 * 7);
    }
  }

  @Test
  void a_tempo_that_misses_the_tenant_is_not_asked_for_ever() {
    Reaction noTenant = new Reaction.Refuse(503, Status.Code.UNAVAILABLE, "no org id", null);
    tempo.journal().follow(Script.always(noTenant));
    try (GatewayHarness gateway = tempo()) {
      send(gateway, Signal.TRACES, TestOtlp.request(Signal.TRACES, 0, 10));
      gateway.assertBalanced();
      assertThat(tempo.journal().requests()).hasSize(1);
      assertThat(dropped(gateway, "permanent_error")).isEqualTo(10);
    }
  }

  // --- Loki --------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"...", "_", "é"})
  void loki_never_sees_a_key_that_it_would_refuse_the_request_for(String key) {
    try (GatewayHarness gateway = http("loki", loki, "logs", "")) {
      send(
          gateway,
          Signal.LOGS,
          logs(
              LogRecord.newBuilder()
                  .setTimeUnixNano(NOW_NANOS)
                  .addAttributes(TestOtlp.text(key, "v")),
              LogRecord.newBuilder().setTimeUnixNano(NOW_NANOS + 1)));
      gateway.assertBalanced();
      assertThat(gateway.line("otlphttp/loki").delivered()).isEqualTo(2);
      assertThat(loki.journal().requests()).hasSize(1).allMatch(Received::taken);
      assertThat(
              gateway.metric(
                  "headgate_exporter_adjusted_attributes_total", "adjustment=\"key_unusable\""))
          .isEqualTo(1);
    }
  }

  @Test
  void loki_gets_one_trace_id() {
    ByteString id = ByteString.copyFrom(HexFormat.of().parseHex(TRACE));
    try (GatewayHarness gateway = http("loki", loki, "logs", "")) {
      send(
          gateway,
          Signal.LOGS,
          logs(
              LogRecord.newBuilder()
                  .setTimeUnixNano(NOW_NANOS)
                  .addAttributes(TestOtlp.text("trace_id", TRACE)),
              LogRecord.newBuilder()
                  .setTimeUnixNano(NOW_NANOS)
                  .setTraceId(id)
                  .addAttributes(TestOtlp.text("trace_id", TRACE))));
      gateway.assertBalanced();
      assertThat(records(loki))
          .hasSize(2)
          .allMatch(record -> record.getTraceId().equals(id) && record.getAttributesCount() == 0);
    }
  }

  @Test
  void what_loki_stored_the_rest_of_is_not_sent_again() {
    byte[] body =
        logs(
            LogRecord.newBuilder().setTimeUnixNano(NOW_NANOS),
            LogRecord.newBuilder().setTimeUnixNano(1));
    try (GatewayHarness gateway = http("loki", loki, "logs", "")) {
      send(gateway, Signal.LOGS, body);
      gateway.assertBalanced();
      assertThat(loki.journal().requests()).hasSize(1);
      assertThat(dropped(gateway, "permanent_error")).isEqualTo(2);
    }
  }

  @Test
  void a_poison_record_costs_loki_nothing_else() {
    loki.journal().poison("log-3", "log-60");
    try (GatewayHarness gateway = http("loki", loki, "logs", "")) {
      send(gateway, Signal.LOGS, TestOtlp.request(Signal.LOGS, 0, 64));
      gateway.assertBalanced();
      assertThat(loki.journal().ids())
          .containsExactlyInAnyOrderElementsOf(idsWithout(Signal.LOGS, 64, "log-3", "log-60"));
      assertThat(dropped(gateway, "poison")).isEqualTo(2);
    }
  }

  @Test
  void a_limit_on_streams_is_not_waited_for_to_the_end() {
    String text = "Maximum active stream limit exceeded when trying to create stream {}";
    loki.journal()
        .follow(
            Script.always(new Reaction.Refuse(429, Status.Code.RESOURCE_EXHAUSTED, text, null)));
    try (GatewayHarness gateway = http("loki", loki, "logs", "")) {
      send(gateway, Signal.LOGS, TestOtlp.request(Signal.LOGS, 0, 5));
      gateway.assertBalanced();
      assertThat(loki.journal().requests()).hasSize(4);
      assertThat(dropped(gateway, "permanent_error")).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {260, 307, 401, 404})
  void what_only_looks_like_an_answer_is_no_success(int status) {
    loki.journal()
        .follow(Script.always(new Reaction.Refuse(status, Status.Code.UNKNOWN, "no", null)));
    try (GatewayHarness gateway = http("loki", loki, "logs", "")) {
      send(gateway, Signal.LOGS, TestOtlp.request(Signal.LOGS, 0, 5));
      gateway.assertBalanced();
      assertThat(loki.journal().requests()).hasSize(1);
      assertThat(dropped(gateway, "permanent_error")).isEqualTo(5);
    }
  }

  @Test
  void envelopes_without_items_are_never_sent() {
    ExportLogsServiceRequest.Builder empty = ExportLogsServiceRequest.newBuilder();
    empty.addResourceLogsBuilder().addScopeLogsBuilder();
    try (GatewayHarness gateway = http("loki", loki, "logs", "")) {
      send(gateway, Signal.LOGS, empty.build().toByteArray());
      send(gateway, Signal.LOGS, TestOtlp.request(Signal.LOGS, 0, 1));
      gateway.assertBalanced();
      assertThat(loki.journal().requests()).hasSize(1);
      assertThat(loki.journal().ids()).containsExactly("log-0");
    }
  }

  // --- Mimir -------------------------------------------------------------------------------------

  @Test
  void mimir_is_told_which_attempt_it_is() {
    mimir.journal().follow(Script.first(3, Reaction.unavailable(), Reaction.accept()));
    try (GatewayHarness gateway = http("mimir", mimir, "metrics", "")) {
      send(gateway, Signal.METRICS, TestOtlp.request(Signal.METRICS, 0, 3));
      gateway.assertBalanced();
      assertThat(mimir.journal().requests())
          .extracting(request -> request.headers().getOrDefault("retry-attempt", ""))
          .containsExactly("", "1", "2", "3");
    }
  }

  @Test
  void a_batch_over_mimirs_burst_is_split() {
    Reaction burst =
        new Reaction.Refuse(
            429,
            Status.Code.RESOURCE_EXHAUSTED,
            "exceeded the ingestion burst size limit",
            Duration.ofHours(1));
    mimir.journal().follow(Script.first(1, burst, Reaction.accept()));
    try (GatewayHarness gateway = http("mimir", mimir, "metrics", "")) {
      send(gateway, Signal.METRICS, TestOtlp.request(Signal.METRICS, 0, 9));
      gateway.assertBalanced();
      assertThat(mimir.journal().requests()).hasSize(3);
      assertThat(mimir.journal().ids())
          .containsExactlyElementsOf(TestOtlp.ids(Signal.METRICS, 0, 9));
    }
  }

  @Test
  void mimir_gets_no_delta_and_no_points_without_a_time() {
    byte[] body = metrics(gauge("g", NOW_NANOS, 0), delta("d", NOW_NANOS), gauge("h", NOW_NANOS));
    try (GatewayHarness gateway = http("mimir", mimir, "metrics", "")) {
      send(gateway, Signal.METRICS, body);
      gateway.assertBalanced();
      assertThat(mimir.journal().requests()).hasSize(1).allMatch(Received::taken);
      assertThat(gateway.line("otlphttp/mimir").delivered()).isEqualTo(2);
      assertThat(dropped(gateway, "unsupported")).isEqualTo(1);
      assertThat(dropped(gateway, "invalid")).isEqualTo(1);
      assertThat(gateway.metric("headgate_exporter_soft_errors_total")).isEqualTo(0);
    }
  }

  @Test
  void delta_passes_to_mimir_if_told_so_and_its_refusal_is_booked() {
    try (GatewayHarness gateway = http("mimir", mimir, "metrics", ", delta: pass")) {
      send(gateway, Signal.METRICS, metrics(delta("d", NOW_NANOS)));
      gateway.assertBalanced();
      assertThat(mimir.journal().requests()).hasSize(1);
      assertThat(dropped(gateway, "permanent_error")).isEqualTo(1);
    }
  }

  // --- Prometheus --------------------------------------------------------------------------------

  @Test
  void prometheus_gets_everything_but_the_point_it_refuses_requests_for() {
    prometheus.journal().poison("point-0");
    try (GatewayHarness gateway = http("prometheus", prometheus, "metrics", "")) {
      send(gateway, Signal.METRICS, TestOtlp.request(Signal.METRICS, 0, 50));
      gateway.assertBalanced();
      assertThat(prometheus.journal().ids())
          .containsExactlyElementsOf(idsWithout(Signal.METRICS, 50, "point-0"));
      assertThat(dropped(gateway, "poison")).isEqualTo(1);
    }
  }

  @Test
  void a_point_older_than_what_prometheus_has_costs_the_others_nothing() {
    try (GatewayHarness gateway = http("prometheus", prometheus, "metrics", "")) {
      send(gateway, Signal.METRICS, metrics(gauge("a", NOW_NANOS + 10)));
      gateway.assertBalanced();
      send(
          gateway,
          Signal.METRICS,
          metrics(gauge("b", NOW_NANOS), gauge("a", NOW_NANOS + 5), gauge("c", NOW_NANOS)));
      gateway.assertBalanced();
      assertThat(times(prometheus)).containsExactly(NOW_NANOS + 10, NOW_NANOS, NOW_NANOS);
      assertThat(dropped(gateway, "poison")).isEqualTo(1);
    }
  }

  @Test
  void prometheus_gets_what_it_would_refuse_or_lose_in_silence_mended() {
    byte[] body =
        metrics(
            gauge("a", NOW_NANOS + 3, NOW_NANOS + 1, NOW_NANOS + 3, 0),
            gauge("", NOW_NANOS),
            delta("d", NOW_NANOS));
    try (GatewayHarness gateway = http("prometheus", prometheus, "metrics", "")) {
      send(gateway, Signal.METRICS, body);
      gateway.assertBalanced();
      assertThat(prometheus.journal().requests()).hasSize(1).allMatch(Received::taken);
      assertThat(times(prometheus)).containsExactly(NOW_NANOS + 1, NOW_NANOS + 3);
      assertThat(dropped(gateway, "invalid")).isEqualTo(2);
      assertThat(dropped(gateway, "duplicate")).isEqualTo(1);
      assertThat(dropped(gateway, "unsupported")).isEqualTo(1);
    }
  }

  @Test
  void only_delta_means_no_request_at_all() {
    try (GatewayHarness gateway = http("prometheus", prometheus, "metrics", "")) {
      send(gateway, Signal.METRICS, metrics(delta("d", NOW_NANOS)));
      gateway.assertBalanced();
      assertThat(prometheus.journal().requests()).isEmpty();
      assertThat(gateway.line("otlphttp/prometheus").dropped()).isEqualTo(1);
    }
  }

  @Test
  void delta_that_prometheus_refuses_with_500_does_not_loop() {
    try (GatewayHarness gateway = http("prometheus", prometheus, "metrics", ", delta: pass")) {
      send(gateway, Signal.METRICS, metrics(gauge("a", NOW_NANOS), delta("d", NOW_NANOS)));
      gateway.assertBalanced();
      assertThat(prometheus.journal().requests()).hasSize(3);
      assertThat(gateway.line("otlphttp/prometheus").delivered()).isEqualTo(1);
      assertThat(dropped(gateway, "poison")).isEqualTo(1);
    }
  }
}
