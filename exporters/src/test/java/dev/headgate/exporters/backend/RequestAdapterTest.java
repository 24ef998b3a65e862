package dev.headgate.exporters.backend;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.config.BackendConfig;
import dev.headgate.config.BackendKind;
import dev.headgate.config.Signal;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportOutcome.Adjustments;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.exporters.delivery.ScriptedTransport;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.otlp.OtlpCounter;
import dev.headgate.pipeline.otlp.SeededHash;
import dev.headgate.pipeline.payload.Tenant;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is changed in a request for each backend, and what is said of it.
class RequestAdapterTest {
  private static final SeededHash HASH = new SeededHash(1, 2);

  private static NumberDataPoint point(long time, String... keys) {
    NumberDataPoint.Builder point = NumberDataPoint.newBuilder().setTimeUnixNano(time).setAsInt(1);
    for (String key : keys) {
      point.addAttributes(KeyValue.newBuilder().setKey(key));
    }
    return point.build();
  }

  private static Metric gauge(String name, NumberDataPoint... points) {
    Metric.Builder metric = Metric.newBuilder().setName(name);
    metric.getGaugeBuilder().addAllDataPoints(List.of(points));
    return metric.build();
  }

  private static Metric sum(int temporality, NumberDataPoint... points) {
    Metric.Builder metric = Metric.newBuilder().setName("sum");
    metric
        .getSumBuilder()
        .setAggregationTemporalityValue(temporality)
        .addAllDataPoints(List.of(points));
    return metric.build();
  }

  private static ExportMetricsServiceRequest metrics(Metric... metrics) {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    request.addResourceMetricsBuilder().addScopeMetricsBuilder().addAllMetrics(List.of(metrics));
    return request.build();
  }

  private static ExportRequest request(ExportMetricsServiceRequest... parts) {
    List<Content> bytes = new ArrayList<>();
    int size = 0;
    int items = 0;
    for (ExportMetricsServiceRequest part : parts) {
      byte[] one = part.toByteArray();
      bytes.add(bytes.isEmpty() ? SpareBytes.of(one) : SpareBytes.inSlices(one));
      size += one.length;
      items += OtlpCounter.count(Signal.METRICS, SpareBytes.of(one));
    }
    return new ExportRequest(
        Signal.METRICS, Tenant.NONE, bytes, size, items, 1, false, Duration.ofSeconds(5));
  }

  private static RequestAdapter.Adapted adapt(BackendConfig backend, ExportRequest request) {
    RequestAdapter.Adapted adapted = new RequestAdapter(backend, HASH).adapt(request);
    int items = adapted.request().items();
    assertThat(items + adapted.adjustments().items()).isEqualTo(request.items());
    int counted = 0;
    for (Content part : adapted.request().parts()) {
      counted += OtlpCounter.count(request.signal(), part.whole());
    }
    assertThat(counted).isEqualTo(items);
    return adapted;
  }

  private static ExportMetricsServiceRequest metrics(RequestAdapter.Adapted adapted) {
    ExportMetricsServiceRequest.Builder all = ExportMetricsServiceRequest.newBuilder();
    try {
      for (Content part : adapted.request().parts()) {
        all.mergeFrom(part.toArray());
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    return all.build();
  }

  @ParameterizedTest
  @EnumSource
  void what_is_fit_goes_as_it_is(BackendKind kind) {
    ExportRequest request = request(metrics(gauge("g", point(1)), sum(2, point(1))));
    RequestAdapter.Adapted adapted = adapt(BackendConfig.of(kind), request);
    assertThat(adapted.adjustments()).isEqualTo(Adjustments.NONE);
    assertThat(adapted.request().parts().getFirst()).isSameAs(request.parts().getFirst());
  }

  @Test
  void only_cumulative_sums_and_histograms_pass() {
    List<Metric> sent = new ArrayList<>();
    List<Metric> expected = new ArrayList<>();
    for (int temporality = 0; temporality < 4; temporality++) {
      Metric.Builder histogram = Metric.newBuilder().setName("h");
      histogram
          .getHistogramBuilder()
          .setAggregationTemporalityValue(temporality)
          .addDataPoints(HistogramDataPoint.newBuilder().setTimeUnixNano(1));
      Metric.Builder exponential = Metric.newBuilder().setName("e");
      exponential
          .getExponentialHistogramBuilder()
          .setAggregationTemporalityValue(temporality)
          .addDataPoints(ExponentialHistogramDataPoint.newBuilder().setTimeUnixNano(1));
      List<Metric> all =
          List.of(sum(temporality, point(1)), histogram.build(), exponential.build());
      sent.addAll(all);
      if (temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE.getNumber()) {
        expected.addAll(all);
      }
    }
    Metric.Builder summary = Metric.newBuilder().setName("s");
    summary.getSummaryBuilder().addDataPoints(SummaryDataPoint.newBuilder().setTimeUnixNano(1));
    sent.add(summary.build());
    expected.add(summary.build());

    RequestAdapter.Adapted adapted =
        adapt(
            BackendConfig.of(BackendKind.PROMETHEUS),
            request(metrics(sent.toArray(Metric[]::new))));

    assertThat(metrics(adapted)).isEqualTo(metrics(expected.toArray(Metric[]::new)));
    assertThat(adapted.adjustments()).isEqualTo(new Adjustments(9, 0, 0, 0, 0, 0));
  }

  @Test
  void delta_passes_where_it_is_told_to() {
    ExportRequest request = request(metrics(sum(1, point(1))));
    BackendConfig pass = new BackendConfig(BackendKind.PROMETHEUS, false, false);
    assertThat(adapt(pass, request).request().items()).isEqualTo(1);
    BackendConfig drop = new BackendConfig(BackendKind.OTLP, false, true);
    assertThat(adapt(drop, request).adjustments().unsupported()).isEqualTo(1);
  }

  @Test
  void points_without_a_time_and_metrics_without_a_name_are_left_out() {
    ExportMetricsServiceRequest sent =
        metrics(
            gauge("a", point(0), point(5), point(0)),
            gauge("", point(1), point(2)),
            gauge("b", point(0)));
    RequestAdapter.Adapted adapted = adapt(BackendConfig.of(BackendKind.MIMIR), request(sent));
    assertThat(metrics(adapted)).isEqualTo(metrics(gauge("a", point(5))));
    assertThat(adapted.adjustments()).isEqualTo(new Adjustments(0, 5, 0, 0, 0, 0));
  }

  @Test
  void attributes_that_are_no_label_names_go_and_what_they_told_apart_is_one_series() {
    ExportMetricsServiceRequest sent =
        metrics(gauge("a", point(1, "k", "..."), point(1, "k", "é"), point(1, "k2")));
    RequestAdapter.Adapted adapted = adapt(BackendConfig.of(BackendKind.PROMETHEUS), request(sent));
    assertThat(metrics(adapted)).isEqualTo(metrics(gauge("a", point(1, "k"), point(1, "k2"))));
    assertThat(adapted.adjustments()).isEqualTo(new Adjustments(0, 0, 1, 0, 0, 2));
  }

  @Test
  void resource_and_scope_attributes_are_labels_too() {
    ExportMetricsServiceRequest.Builder sent = metrics(gauge("a", point(1))).toBuilder();
    ExportMetricsServiceRequest.Builder expected = sent.clone();
    KeyValue bad = KeyValue.newBuilder().setKey("__").build();
    sent.getResourceMetricsBuilder(0).getResourceBuilder().addAttributes(bad);
    sent.getResourceMetricsBuilder(0)
        .getScopeMetricsBuilder(0)
        .getScopeBuilder()
        .addAttributes(bad);
    expected.getResourceMetricsBuilder(0).getResourceBuilder();
    expected.getResourceMetricsBuilder(0).getScopeMetricsBuilder(0).getScopeBuilder();
    RequestAdapter.Adapted adapted =
        adapt(BackendConfig.of(BackendKind.PROMETHEUS), request(sent.build()));
    assertThat(metrics(adapted)).isEqualTo(expected.build());
    assertThat(adapted.adjustments().unusableKeys()).isEqualTo(2);
  }

  @Test
  void points_are_ordered_over_the_parts_of_a_request() {
    ExportRequest request =
        request(metrics(gauge("a", point(2), point(4))), metrics(gauge("a", point(3), point(2))));
    RequestAdapter.Adapted adapted = adapt(BackendConfig.of(BackendKind.MIMIR), request);
    assertThat(metrics(adapted))
        .isEqualTo(
            ExportMetricsServiceRequest.newBuilder()
                .addAllResourceMetrics(
                    metrics(gauge("a", point(2), point(3))).getResourceMetricsList())
                .addAllResourceMetrics(metrics(gauge("a", point(4))).getResourceMetricsList())
                .build());
    assertThat(adapted.adjustments().duplicate()).isEqualTo(1);
  }

  @Test
  void other_backends_get_metrics_as_they_are() {
    ExportRequest request = request(metrics(gauge("", point(0, "")), sum(1, point(0))));
    for (BackendKind kind : List.of(BackendKind.OTLP, BackendKind.TEMPO, BackendKind.LOKI)) {
      assertThat(adapt(BackendConfig.of(kind), request).request().parts())
          .isEqualTo(request.parts());
    }
  }

  @Test
  void an_empty_request_is_never_sent() {
    ScriptedTransport backend = new ScriptedTransport().answer();
    List<ExportOutcome> outcomes = new ArrayList<>();
    AdaptingTransport.of(BackendConfig.of(BackendKind.PROMETHEUS), backend, HASH, Runnable::run)
        .send(request(metrics(sum(1, point(1), point(2)))), outcomes::add);
    assertThat(backend.requests()).isEmpty();
    assertThat(outcomes)
        .containsExactly(new ExportOutcome.Delivered(new Adjustments(2, 0, 0, 0, 0, 0)));
  }

  @Test
  void outcomes_say_what_was_left_out_only_when_the_rest_was_taken() {
    ExportOutcome later = ScriptedTransport.retryable();
    ScriptedTransport backend =
        new ScriptedTransport().answer(later, new ExportOutcome.Partial(1, "one"));
    List<ExportOutcome> outcomes = new ArrayList<>();
    var transport =
        AdaptingTransport.of(
            BackendConfig.of(BackendKind.PROMETHEUS), backend, HASH, Runnable::run);
    ExportRequest request = request(metrics(sum(1, point(1)), sum(2, point(1))));
    for (int attempt = 0; attempt < 3; attempt++) {
      transport.send(request, outcomes::add);
    }
    Adjustments left = new Adjustments(1, 0, 0, 0, 0, 0);
    assertThat(outcomes)
        .containsExactly(
            later, new ExportOutcome.Partial(1, "one", left), new ExportOutcome.Delivered(left));
    assertThat(backend.requests()).allMatch(sent -> sent.items() == 1);
  }

  @Test
  void what_cannot_be_read_goes_as_it_is() {
    ScriptedTransport backend = new ScriptedTransport().answer();
    byte[] broken = {0x0a, 99, 1};
    List<ExportOutcome> outcomes = new ArrayList<>();
    AdaptingTransport.of(BackendConfig.of(BackendKind.PROMETHEUS), backend, HASH, Runnable::run)
        .send(
            new ExportRequest(
                Signal.METRICS,
                Tenant.NONE,
                List.of(SpareBytes.of(broken)),
                3,
                1,
                1,
                false,
                Duration.ZERO),
            outcomes::add);
    assertThat(backend.requests().getFirst().parts().getFirst().toArray()).isEqualTo(broken);
    assertThat(outcomes).containsExactly(new ExportOutcome.Delivered());
  }

  @Test
  void only_loki_gets_other_logs_and_a_key_can_change_that() {
    byte[] logs =
        ExportLogsServiceRequest.newBuilder().mergeFrom(logs("trace_id")).build().toByteArray();
    ExportRequest request =
        new ExportRequest(
            Signal.LOGS,
            Tenant.NONE,
            List.of(SpareBytes.of(logs)),
            logs.length,
            1,
            1,
            false,
            Duration.ZERO);
    for (BackendKind kind : BackendKind.values()) {
      RequestAdapter.Adapted adapted = adapt(BackendConfig.of(kind), request);
      boolean changed = !Arrays.equals(adapted.request().parts().getFirst().toArray(), logs);
      assertThat(changed).as("%s", kind).isEqualTo(kind == BackendKind.LOKI);
    }
    assertThat(adapt(new BackendConfig(BackendKind.LOKI, false, false), request).request().parts())
        .isEqualTo(request.parts());
    assertThat(adapt(new BackendConfig(BackendKind.OTLP, true, false), request).adjustments())
        .isEqualTo(new Adjustments(0, 0, 0, 1, 0, 0));
  }

  @Test
  void what_was_cut_is_changed_as_a_whole_request_is() {
    byte[] logs = logs("trace_id").toByteArray();
    byte[] points = metrics(gauge("g", point(1)), sum(1, point(1))).toByteArray();
    assertSameFromSlices(BackendConfig.of(BackendKind.LOKI), Signal.LOGS, logs, 1);
    assertSameFromSlices(BackendConfig.of(BackendKind.MIMIR), Signal.METRICS, points, 2);
  }

  private static void assertSameFromSlices(
      BackendConfig backend, Signal signal, byte[] request, int items) {
    List<byte[]> sent = new ArrayList<>();
    for (Content part : List.of(SpareBytes.of(request), SpareBytes.inSlices(request))) {
      ExportRequest one =
          new ExportRequest(
              signal, Tenant.NONE, List.of(part), request.length, items, 1, false, Duration.ZERO);
      sent.add(adapt(backend, one).request().parts().getFirst().toArray());
    }
    assertThat(sent.getLast()).isEqualTo(sent.getFirst()).isNotEqualTo(request);
  }

  private static ExportLogsServiceRequest logs(String key) {
    LogRecord.Builder record = LogRecord.newBuilder();
    record
        .addAttributesBuilder()
        .setKey(key)
        .getValueBuilder()
        .setStringValue("4bf92f3577b34da6a3ce929d0e0e4736");
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request.addResourceLogsBuilder().addScopeLogsBuilder().addLogRecords(record);
    return request.build();
  }
}
