package dev.headgate.pipeline.process.cardinality;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.config.CardinalityGuardConfig;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.otlp.SeededHash;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.LendingContext;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CardinalityGuardProcessorTest {
  private static final Duration IDLE = Duration.ofHours(1);

  private final AtomicLong nanos = new AtomicLong();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final GuardMetrics metrics = new GuardMetrics(registry);
  private final GuardState state = new GuardState(IDLE, nanos::get, new SeededHash(1, 2));
  private final ChainContext context = LendingContext.create();

  @Test
  void admits_as_many_series_as_the_limit_and_drops_the_rest() {
    CardinalityGuardProcessor guard = guard(config(3, true));

    assertThat(accepted(guard, "shop", "requests", "a", "b", "c", "d", "e")).isEqualTo("abc");
    assertThat(accepted(guard, "shop", "requests", "e", "c", "a", "f")).isEqualTo("ca");
    assertThat(context.drops()).containsOnly(Map.entry(DropReason.CARDINALITY, 4L));
    assertThat(counter("headgate_cardinality_dropped_points", "metric", "requests")).isEqualTo(4);
    assertThat(counter("headgate_cardinality_over_budget_points", "reason", "series")).isEqualTo(4);
    assertThat(gauge("headgate_cardinality_tracked_series")).isEqualTo(3);
    assertThat(gauge("headgate_cardinality_tracked_keys")).isEqualTo(1);
  }

  @Test
  void budgets_are_per_service_and_metric() {
    CardinalityGuardProcessor guard = guard(config(1, true));

    assertThat(accepted(guard, "shop", "requests", "a", "b")).isEqualTo("a");
    assertThat(accepted(guard, "cart", "requests", "b", "a")).isEqualTo("b");
    assertThat(accepted(guard, "shop", "errors", "c", "a")).isEqualTo("c");
    assertThat(state.trackedKeys()).isEqualTo(3);
  }

  @Test
  void replicas_of_a_service_share_a_budget() {
    CardinalityGuardProcessor guard = guard(config(1, true));
    Payload one = payload(resource("shop", "pod-1", gauge("requests", point("a"))), 1);
    Payload two = payload(resource("shop", "pod-2", gauge("requests", point("a"))), 1);

    assertThat(guard.process(one, context)).isSameAs(one);
    assertThat(guard.process(two, context)).isSameAs(two);
    assertThat(state.trackedSeries()).isOne();
  }

  @Test
  void the_order_of_attributes_does_not_matter_but_their_types_do() {
    CardinalityGuardProcessor guard = guard(config(2, true));
    NumberDataPoint ab = number(attribute("a", "1"), attribute("b", "2"));
    NumberDataPoint ba = number(attribute("b", "2"), attribute("a", "1"));
    NumberDataPoint crossed = number(attribute("a", "2"), attribute("b", "1"));
    NumberDataPoint typed =
        number(attribute("a", AnyValue.newBuilder().setIntValue(1)), attribute("b", "2"));

    assertThat(process(guard, gauge("m", ab, ba, ab)).items()).isEqualTo(3);
    assertThat(process(guard, gauge("m", crossed, typed)).items()).isEqualTo(1);
    assertThat(state.trackedSeries()).isEqualTo(2);
  }

  @Test
  void every_type_of_value_has_its_own_series() {
    CardinalityGuardProcessor guard = guard(config(100, true));
    AnyValue.Builder[] values = {
      AnyValue.newBuilder(),
      AnyValue.newBuilder().setStringValue(""),
      AnyValue.newBuilder().setStringValue("1"),
      AnyValue.newBuilder().setIntValue(0),
      AnyValue.newBuilder().setIntValue(1),
      AnyValue.newBuilder().setDoubleValue(1),
      AnyValue.newBuilder().setDoubleValue(0),
      AnyValue.newBuilder().setBoolValue(true),
      AnyValue.newBuilder().setBoolValue(false),
      AnyValue.newBuilder().setArrayValue(ArrayValue.getDefaultInstance()),
      AnyValue.newBuilder()
          .setArrayValue(ArrayValue.newBuilder().addValues(AnyValue.newBuilder().setIntValue(1))),
    };

    for (AnyValue.Builder value : values) {
      process(guard, gauge("m", number(attribute("a", value))));
      process(guard, gauge("m", number(attribute("a", value))));
    }

    assertThat(state.trackedSeries()).isEqualTo(values.length);
  }

  @Test
  void a_series_not_seen_for_the_timeout_makes_room() {
    CardinalityGuardProcessor guard = guard(config(2, true));
    assertThat(accepted(guard, "shop", "m", "a", "b", "c")).isEqualTo("ab");
    advance(IDLE.dividedBy(2));
    assertThat(accepted(guard, "shop", "m", "a", "c")).isEqualTo("a");
    advance(IDLE.dividedBy(2).minusSeconds(10));
    assertThat(accepted(guard, "shop", "m", "c")).isEmpty();
    advance(Duration.ofSeconds(20));
    assertThat(accepted(guard, "shop", "m", "c", "b")).isEqualTo("c");
    assertThat(accepted(guard, "shop", "m", "a")).isEqualTo("a");
    assertThat(state.trackedSeries()).isEqualTo(2);
  }

  @Test
  void everything_idle_is_forgotten_by_the_sweep() {
    CardinalityGuardProcessor guard = guard(config(5, true));
    for (int i = 0; i < 300; i++) {
      accepted(guard, "service-" + i, "m", "a", "b", "c");
    }
    assertThat(state.trackedKeys()).isEqualTo(300);

    advance(IDLE.multipliedBy(2));
    guard.process(payload(List.of(), 0), context);

    assertThat(state.trackedKeys()).isZero();
    assertThat(state.trackedSeries()).isZero();
    assertThat(state.bytes()).isZero();
  }

  @Test
  void reports_without_dropping() {
    CardinalityGuardProcessor guard = guard(config(1, false));
    Payload payload = payload(resource("shop", "", gauge("m", point("a"), point("b"))), 2);

    assertThat(guard.process(payload, context)).isSameAs(payload);
    assertThat(context.drops()).isEmpty();
    assertThat(counter("headgate_cardinality_dropped_points", "mode", "report")).isOne();
  }

  @Test
  void limits_the_values_of_a_label() {
    CardinalityGuardProcessor guard =
        guard(new CardinalityGuardConfig(100, 0, Map.of("error.type", 2), true, IDLE, List.of()));

    List<String> admitted = new ArrayList<>();
    for (String type : List.of("x", "y", "z", "x", "z")) {
      for (String route : List.of("1", "2")) {
        NumberDataPoint point = number(attribute("route", route), attribute("error.type", type));
        if (process(guard, gauge("m", point)).items() == 1) {
          admitted.add(type + route);
        }
      }
    }

    assertThat(admitted).containsExactly("x1", "x2", "y1", "y2", "x1", "x2");
    assertThat(counter("headgate_cardinality_over_budget_points", "reason", "value")).isEqualTo(4);
    assertThat(state.trackedSeries()).isEqualTo(4);
  }

  @Test
  void limits_the_values_of_any_label_and_idle_ones_make_room() {
    CardinalityGuardProcessor guard =
        guard(new CardinalityGuardConfig(100, 1, Map.of("free", 9), true, IDLE, List.of()));

    assertThat(process(guard, gauge("m", number(attribute("k", "1")))).items()).isOne();
    assertThat(process(guard, gauge("m", number(attribute("k", "2")))).items()).isZero();
    assertThat(process(guard, gauge("m", number(attribute("k", "2"), attribute("k", "3")))).items())
        .isZero();
    assertThat(process(guard, gauge("m", number(attribute("free", "2")))).items()).isOne();
    assertThat(process(guard, gauge("m", number(attribute("free", "3")))).items()).isOne();
    advance(IDLE.multipliedBy(2));
    assertThat(process(guard, gauge("m", number(attribute("k", "2")))).items()).isOne();
  }

  @Test
  void counts_labels_that_are_not_listed() {
    CardinalityGuardProcessor guard =
        guard(new CardinalityGuardConfig(9, 0, Map.of(), true, IDLE, List.of("route")));
    Payload payload =
        payload(
            resource("s", "", gauge("m", number(attribute("route", "1"), attribute("user", "2")))),
            1);

    assertThat(guard.process(payload, context)).isSameAs(payload);
    assertThat(counter("headgate_cardinality_unlisted_labels", "label", "user")).isOne();
    assertThat(counter("headgate_cardinality_unlisted_labels", "label", "route")).isZero();
  }

  @Test
  void names_of_metrics_in_counters_are_bounded() {
    CardinalityGuardProcessor guard = guard(config(1, true));

    for (int i = 0; i < 150; i++) {
      accepted(guard, "shop", "m" + i, "a", "b");
    }

    assertThat(counter("headgate_cardinality_dropped_points", "metric", "m99")).isOne();
    assertThat(counter("headgate_cardinality_dropped_points", "metric", "m100")).isZero();
    assertThat(counter("headgate_cardinality_dropped_points", "metric", "other")).isEqualTo(50);
  }

  @Test
  void removes_points_of_all_kinds_and_what_becomes_empty() {
    CardinalityGuardProcessor guard = guard(config(1, true));
    Metric empty = Metric.newBuilder().setName("empty").setGauge(Gauge.newBuilder()).build();
    ExportMetricsServiceRequest request =
        ExportMetricsServiceRequest.newBuilder()
            .addResourceMetrics(
                resource(
                    "shop",
                    "",
                    gauge("g", point("a"), point("b")),
                    sum(point("a"), point("b")),
                    histogram("a", "b", "a"),
                    exponential("a", "b"),
                    summary("b", "a")))
            .addResourceMetrics(resource("shop", "", gauge("g", point("b")), histogram("b")))
            .addResourceMetrics(resource("shop", "", gauge("g", point("b")), empty))
            .build();

    Payload out =
        guard.process(
            new Payload(Signal.METRICS, Tenant.NONE, SpareBytes.of(request.toByteArray()), 14),
            context);

    assertThat(parse(out))
        .isEqualTo(
            ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(
                    resource(
                        "shop",
                        "",
                        gauge("g", point("a")),
                        sum(point("a")),
                        histogram("a", "a"),
                        exponential("a"),
                        summary("b")))
                .addResourceMetrics(resource("shop", "", empty))
                .build());
    assertThat(out.items()).isEqualTo(6);
    assertThat(context.drops()).containsOnly(Map.entry(DropReason.CARDINALITY, 8L));
  }

  @Test
  void passes_other_signals_on() {
    Payload payload = new Payload(Signal.LOGS, Tenant.NONE, SpareBytes.of(new byte[] {1, 2}), 1);

    assertThat(guard(config(1, true)).process(payload, context)).isSameAs(payload);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void agrees_with_a_model_on_random_metrics(long seed) {
    Random random = new Random(seed);
    CardinalityGuardProcessor guard = guard(config(4, true));
    Map<String, Set<Set<KeyValue>>> model = new HashMap<>();
    for (int round = 0; round < 60; round++) {
      ExportMetricsServiceRequest.Builder in = ExportMetricsServiceRequest.newBuilder();
      ExportMetricsServiceRequest.Builder expected = ExportMetricsServiceRequest.newBuilder();
      int items = 0;
      for (int r = 0; r < 3; r++) {
        String service = "s" + random.nextInt(3);
        List<Metric> all = new ArrayList<>();
        List<Metric> left = new ArrayList<>();
        for (int m = 0; m < 3; m++) {
          Sum.Builder inSum = Sum.newBuilder().setIsMonotonic(true);
          Sum.Builder leftSum = Sum.newBuilder().setIsMonotonic(true);
          String name = "m" + random.nextInt(4);
          Set<Set<KeyValue>> known =
              model.computeIfAbsent(service + "/" + name, key -> new HashSet<>());
          for (int p = 0; p < 4; p++) {
            NumberDataPoint point = randomPoint(random);
            inSum.addDataPoints(point);
            items++;
            Set<KeyValue> identity = Set.copyOf(point.getAttributesList());
            if (known.contains(identity) || known.size() < 4) {
              known.add(identity);
              leftSum.addDataPoints(point);
            }
          }
          all.add(Metric.newBuilder().setName(name).setSum(inSum).build());
          if (leftSum.getDataPointsCount() > 0) {
            left.add(Metric.newBuilder().setName(name).setSum(leftSum).build());
          }
        }
        in.addResourceMetrics(resource(service, "pod-" + r, all.toArray(new Metric[0])));
        if (!left.isEmpty()) {
          expected.addResourceMetrics(resource(service, "pod-" + r, left.toArray(new Metric[0])));
        }
      }
      Payload out =
          guard.process(
              new Payload(
                  Signal.METRICS, Tenant.NONE, SpareBytes.of(in.build().toByteArray()), items),
              context);

      assertThat(parse(out)).as("seed %d round %d", seed, round).isEqualTo(expected.build());
    }
    assertThat(state.trackedSeries()).isEqualTo(model.values().stream().mapToInt(Set::size).sum());
  }

  private static NumberDataPoint randomPoint(Random random) {
    List<KeyValue> attributes = new ArrayList<>();
    attributes.add(attribute("a", AnyValue.newBuilder().setIntValue(random.nextInt(3))));
    if (random.nextBoolean()) {
      attributes.add(attribute("b", "v" + random.nextInt(2)));
    }
    java.util.Collections.shuffle(attributes, random);
    return NumberDataPoint.newBuilder()
        .addAllAttributes(attributes)
        .setAsDouble(random.nextDouble())
        .setTimeUnixNano(random.nextLong())
        .build();
  }

  @Test
  void workers_together_admit_exactly_the_limit() throws Exception {
    CardinalityGuardProcessor guard = guard(config(100, true));
    int workers = 4;
    CountDownLatch start = new CountDownLatch(workers);
    AtomicLong admitted = new AtomicLong();
    try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
      List<Future<?>> done = new ArrayList<>();
      for (int w = 0; w < workers; w++) {
        int worker = w;
        done.add(
            pool.submit(() -> {
              ChainContext own = LendingContext.create();
              start.countDown();
              start.await();
              for (int i = 0; i < 500; i++) {
                Metric metric = gauge("m" + i % 3, point("w" + worker + "-" + i));
                Payload in = payload(resource("shop", "", metric), 1);
                admitted.addAndGet(guard.process(in, own).items());
              }
              return null;
            }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    }

    assertThat(admitted).hasValue(300);
    assertThat(state.trackedSeries()).isEqualTo(300);
  }

  @Test
  void too_many_services_share_one_overflow_budget() {
    CardinalityGuardProcessor guard = guard(config(2, true));
    for (int i = 0; i < GuardState.MAX_KEYS; i++) {
      process(guard, gauge("m" + i, point("a")));
    }

    assertThat(process(guard, gauge("late-1", point("a"), point("b"))).items()).isEqualTo(2);
    assertThat(process(guard, gauge("late-2", point("a"))).items()).isZero();
    assertThat(process(guard, gauge("late-1", point("b"))).items()).isOne();
    assertThat(process(guard, gauge("m7", point("b"))).items()).isOne();
    assertThat(state.trackedKeys()).isEqualTo(GuardState.MAX_KEYS);
    assertThat(gauge("headgate_cardinality_overflow_series")).isEqualTo(2);

    advance(IDLE.multipliedBy(2));
    assertThat(process(guard, gauge("late-3", point("a"))).items()).isOne();
    assertThat(state.overflowSeries()).isZero();
    assertThat(state.trackedKeys()).isOne();
  }

  @Test
  void memory_is_bounded_whatever_the_limit_says() {
    CardinalityGuardProcessor guard = guard(config(Integer.MAX_VALUE, true));
    int admitted = 0;
    int sent = 0;
    for (int metric = 0; metric < 8; metric++) {
      for (int batch = 0; batch < 60; batch++) {
        NumberDataPoint[] points = new NumberDataPoint[5000];
        for (int i = 0; i < points.length; i++) {
          points[i] = number(attribute("id", AnyValue.newBuilder().setIntValue(batch * 5000L + i)));
        }
        admitted += process(guard, gauge("m" + metric, points)).items();
        sent += points.length;
      }
    }

    assertThat(admitted).isBetween(1_000_000, sent - 1);
    assertThat(state.trackedSeries()).isEqualTo(admitted);
    assertThat(state.bytes()).isLessThanOrEqualTo(GuardState.MAX_BYTES);
    assertThat(counter("headgate_cardinality_over_budget_points", "reason", "memory"))
        .isEqualTo(sent - admitted);
  }

  private void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  private CardinalityGuardConfig config(int seriesLimit, boolean enforce) {
    return new CardinalityGuardConfig(seriesLimit, 0, Map.of(), enforce, IDLE, List.of());
  }

  private CardinalityGuardProcessor guard(CardinalityGuardConfig config) {
    return new CardinalityGuardProcessor("cardinality_guard", config, state, metrics);
  }

  /* The one-letter series of a metric that come out. */
  private String accepted(
      CardinalityGuardProcessor guard, String service, String metric, String... series) {
    NumberDataPoint[] points = new NumberDataPoint[series.length];
    for (int i = 0; i < series.length; i++) {
      points[i] = point(series[i]);
    }
    Payload in = payload(resource(service, "", gauge(metric, points)), series.length);
    Payload out = guard.process(in, context);
    if (out.items() == 0) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (NumberDataPoint point :
        parse(out)
            .getResourceMetrics(0)
            .getScopeMetrics(0)
            .getMetrics(0)
            .getGauge()
            .getDataPointsList()) {
      text.append(point.getAttributes(0).getValue().getStringValue());
    }
    assertThat(text).hasSize(out.items());
    return text.toString();
  }

  private Payload process(CardinalityGuardProcessor guard, Metric metric) {
    return guard.process(
        payload(resource("shop", "", metric), metric.getGauge().getDataPointsCount()), context);
  }

  private static Payload payload(ResourceMetrics resource, int items) {
    return payload(List.of(resource), items);
  }

  private static Payload payload(List<ResourceMetrics> resources, int items) {
    byte[] bytes =
        ExportMetricsServiceRequest.newBuilder()
            .addAllResourceMetrics(resources)
            .build()
            .toByteArray();
    return new Payload(Signal.METRICS, Tenant.NONE, SpareBytes.of(bytes), items);
  }

  private static ExportMetricsServiceRequest parse(Payload payload) {
    try {
      return ExportMetricsServiceRequest.parseFrom(payload.bytes().toArray());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ResourceMetrics resource(String service, String pod, Metric... metrics) {
    return ResourceMetrics.newBuilder()
        .setResource(
            Resource.newBuilder()
                .addAttributes(attribute("k8s.pod.name", pod))
                .addAttributes(attribute("service.name", service)))
        .addScopeMetrics(ScopeMetrics.newBuilder().addAllMetrics(List.of(metrics)))
        .build();
  }

  private static KeyValue attribute(String key, String value) {
    return attribute(key, AnyValue.newBuilder().setStringValue(value));
  }

  private static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static NumberDataPoint number(KeyValue... attributes) {
    return NumberDataPoint.newBuilder().addAllAttributes(List.of(attributes)).setAsInt(7).build();
  }

  private static NumberDataPoint point(String series) {
    return number(attribute("series", series));
  }

  private static Metric gauge(String name, NumberDataPoint... points) {
    return Metric.newBuilder()
        .setName(name)
        .setUnit("1")
        .setGauge(Gauge.newBuilder().addAllDataPoints(List.of(points)))
        .build();
  }

  private static Metric sum(NumberDataPoint... points) {
    return Metric.newBuilder()
        .setSum(Sum.newBuilder().setIsMonotonic(true).addAllDataPoints(List.of(points)))
        .setName("sum")
        .build();
  }

  private static Metric histogram(String... series) {
    Histogram.Builder histogram = Histogram.newBuilder().setAggregationTemporalityValue(2);
    for (String one : series) {
      histogram.addDataPoints(
          HistogramDataPoint.newBuilder()
              .setCount(2)
              .addBucketCounts(1)
              .addAttributes(attribute("series", one)));
    }
    return Metric.newBuilder().setName("histogram").setHistogram(histogram).build();
  }

  private static Metric exponential(String... series) {
    ExponentialHistogram.Builder histogram = ExponentialHistogram.newBuilder();
    for (String one : series) {
      histogram.addDataPoints(
          ExponentialHistogramDataPoint.newBuilder()
              .setScale(-3)
              .addAttributes(attribute("series", one)));
    }
    return Metric.newBuilder().setName("exp").setExponentialHistogram(histogram).build();
  }

  private static Metric summary(String... series) {
    Summary.Builder summary = Summary.newBuilder();
    for (String one : series) {
      summary.addDataPoints(
          SummaryDataPoint.newBuilder().setSum(1.5).addAttributes(attribute("series", one)));
    }
    return Metric.newBuilder().setName("summary").setSummary(summary).build();
  }

  private double counter(String name, String label, String value) {
    return registry.scrape(name::equals).stream()
        .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
        .filter(point -> value.equals(point.getLabels().get(label)))
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  private double gauge(String name) {
    return registry.scrape(name::equals).stream()
        .flatMap(snapshot -> ((GaugeSnapshot) snapshot).getDataPoints().stream())
        .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
        .sum();
  }
}
