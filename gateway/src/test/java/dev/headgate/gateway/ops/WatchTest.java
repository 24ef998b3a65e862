package dev.headgate.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.PipelineId;
import dev.headgate.config.Signal;
import dev.headgate.gateway.ops.Incident.Kind;
import dev.headgate.pipeline.ledger.LedgerLine;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final long STEP_SECONDS = 5;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests =
      counter("headgate_exporter_requests_total", "exporter", "signal", "outcome");
  private final Counter refused =
      counter("headgate_receiver_refused_requests_total", "receiver", "reason");
  private final Counter dropped =
      counter("headgate_ledger_dropped_items_total", "exporter", "stage", "reason");
  private final Gauge size = gauge("otelcol_exporter_queue_size", "exporter", "data_type");
  private final Gauge capacity = gauge("otelcol_exporter_queue_capacity", "exporter", "data_type");
  private final Gauge queueBytes = gauge("headgate_exporter_queue_bytes", "exporter");
  private final Gauge queueCapacityBytes =
      gauge("headgate_exporter_queue_capacity_bytes", "exporter");
  private final Gauge used = gauge("headgate_budget_used_bytes");
  private final Gauge budget = gauge("headgate_budget_capacity_bytes");
  private Instant now = Instant.EPOCH;
  private final Incidents incidents = new Incidents(() -> now);
  private final Watch watch = new Watch(incidents);
  private Readings last = Readings.of(registry, 0);
  private List<LedgerLine> ledger = List.of();
  private boolean current = true;

  private Counter counter(String name, String... labels) {
    return Counter.builder().name(name).labelNames(labels).register(registry);
  }

  private Gauge gauge(String name, String... labels) {
    return Gauge.builder().name(name).labelNames(labels).register(registry);
  }

  @BeforeEach
  void known_from_the_start() {
    budget.set(100);
    capacity.labelValues("tempo", "traces").set(10);
    requests.initLabelValues("tempo", "traces", "delivered");
    requests.initLabelValues("tempo", "traces", "retryable");
    requests.initLabelValues("tempo", "traces", "permanent");
    requests.initLabelValues("tempo", "logs", "delivered");
    refused.initLabelValues("otlp", "memory");
    refused.initLabelValues("otlp", "malformed");
    dropped.initLabelValues("", "process", "sampled");
    dropped.initLabelValues("tempo", "send", "permanent_error");
    look();
  }

  private void look() {
    now = now.plusSeconds(STEP_SECONDS);
    Readings next = Readings.of(registry, now.getEpochSecond() * 1_000_000_000L);
    watch.look(new Change(last, next), ledger);
    watch.configuration(current);
    last = next;
  }

  private List<Kind> open() {
    return incidents.all().stream().filter(Incident::isOpen).map(Incident::kind).toList();
  }

  @Test
  void nothing_is_wrong_at_first_nor_when_the_sampler_drops() {
    dropped.labelValues("", "process", "sampled").inc(100);
    look();
    assertThat(incidents.all()).isEmpty();
  }

  @Test
  void a_backend_is_down_when_only_failures_come_and_up_with_the_first_success() {
    requests.labelValues("tempo", "traces", "retryable").inc();
    look();
    look();
    assertThat(open()).containsExactly(Kind.BACKEND_DOWN);
    requests.labelValues("tempo", "traces", "retryable").inc();
    requests.labelValues("tempo", "traces", "delivered").inc();
    look();
    assertThat(open()).isEmpty();
    assertThat(incidents.all())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.subject()).isEqualTo("tempo");
          assertThat(one.since()).isEqualTo(Instant.ofEpochSecond(10));
          assertThat(one.until()).isEqualTo(Instant.ofEpochSecond(20));
        });
  }

  @Test
  void a_backend_that_refuses_everything_for_good_is_down() {
    requests.labelValues("tempo", "traces", "permanent").inc();
    look();
    assertThat(open()).isEmpty();
    requests.labelValues("tempo", "traces", "permanent").inc();
    look();
    assertThat(incidents.all())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.kind()).isEqualTo(Kind.BACKEND_DOWN);
          assertThat(one.detail()).isEqualTo("requests are refused: traces");
        });
    requests.labelValues("tempo", "traces", "delivered").inc();
    look();
    assertThat(open()).isEmpty();
  }

  @Test
  void one_request_that_is_refused_among_others_is_not_the_backends_fault() {
    for (int i = 0; i < 5; i++) {
      requests.labelValues("tempo", "traces", "permanent").inc();
      look();
      requests.labelValues("tempo", "traces", "delivered").inc();
      look();
    }
    assertThat(open()).isEmpty();
  }

  @Test
  void one_signal_that_is_taken_does_not_hide_another_that_is_not() {
    requests.labelValues("tempo", "traces", "retryable").inc();
    requests.labelValues("tempo", "logs", "delivered").inc();
    look();
    assertThat(incidents.all())
        .singleElement()
        .extracting(Incident::detail)
        .isEqualTo("requests fail and are sent again: traces");
  }

  @Test
  void a_backend_that_nothing_is_sent_to_is_down_for_three_minutes_at_most() {
    requests.labelValues("tempo", "traces", "retryable").inc();
    look();
    for (int i = 0; i < 35; i++) {
      look();
    }
    assertThat(open()).containsExactly(Kind.BACKEND_DOWN);
    look();
    assertThat(open()).isEmpty();
  }

  @Test
  void tokens_that_do_not_count_are_a_warning_as_long_as_they_do_not() {
    Gauge problems = gauge("headgate_admin_token_problems", "client");
    problems.labelValues("ann").set(2);
    look();
    assertThat(incidents.all())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.kind()).isEqualTo(Kind.TOKENS);
          assertThat(one.subject()).isEqualTo("ann");
        });
    problems.labelValues("ann").set(0);
    look();
    assertThat(open()).isEmpty();
  }

  @Test
  void what_a_reload_took_away_is_not_down_for_ever() {
    requests.labelValues("tempo", "traces", "retryable").inc();
    size.labelValues("tempo", "traces").set(9);
    look();
    assertThat(open()).containsExactlyInAnyOrder(Kind.BACKEND_DOWN, Kind.QUEUE_FILLING);
    capacity.clear();
    look();
    assertThat(open()).isEmpty();
  }

  @Test
  void refusals_are_over_after_half_a_minute_of_quiet() {
    refused.labelValues("otlp", "memory").inc();
    refused.labelValues("otlp", "malformed").inc();
    look();
    assertThat(open()).containsExactlyInAnyOrder(Kind.REFUSALS, Kind.BAD_REQUESTS);
    for (int i = 0; i < 5; i++) {
      look();
    }
    assertThat(open()).hasSize(2);
    look();
    assertThat(open()).isEmpty();
  }

  @Test
  void what_is_given_up_is_named_by_its_reason() {
    dropped.labelValues("tempo", "send", "permanent_error").inc(3);
    look();
    assertThat(incidents.all())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.kind()).isEqualTo(Kind.DATA_LOST);
          assertThat(one.detail()).isEqualTo("permanent_error");
        });
  }

  @Test
  void queues_and_the_budget_have_to_fall_well_below_the_mark() {
    capacity.labelValues("tempo", "traces").set(10);
    capacity.labelValues("tempo", "logs").set(10);
    size.labelValues("tempo", "traces").set(4);
    size.labelValues("tempo", "logs").set(4);
    used.set(90);
    look();
    assertThat(open()).containsExactlyInAnyOrder(Kind.QUEUE_FILLING, Kind.BUDGET);
    size.labelValues("tempo", "logs").set(3.5);
    used.set(85);
    look();
    assertThat(open()).hasSize(2);
    size.labelValues("tempo", "logs").set(2);
    used.set(10);
    look();
    assertThat(open()).isEmpty();
  }

  @Test
  void a_queue_of_few_large_requests_is_full_by_its_bytes() {
    capacity.labelValues("tempo", "traces").set(1000);
    size.labelValues("tempo", "traces").set(50);
    queueBytes.labelValues("tempo").set(79);
    queueCapacityBytes.labelValues("tempo").set(100);
    look();
    assertThat(open()).isEmpty();
    queueBytes.labelValues("tempo").set(80);
    look();
    assertThat(open()).containsExactly(Kind.QUEUE_FILLING);
    assertThat(incidents.all().getFirst().detail()).isEqualTo("80 % full");
  }

  @Test
  void the_ledger_is_wrong_only_when_it_stays_so_while_nothing_moves() {
    PipelineId traces = new PipelineId(Signal.TRACES, "");
    for (int i = 0; i < 10; i++) {
      ledger = List.of(new LedgerLine(traces, "tempo", 10 + i, 0, 0, 9 + i, 0));
      look();
    }
    assertThat(open()).isEmpty();
    look();
    look();
    assertThat(open()).containsExactly(Kind.LEDGER);
    ledger = List.of(new LedgerLine(traces, "tempo", 20, 0, 0, 20, 0));
    look();
    assertThat(open()).isEmpty();
  }

  @Test
  void a_failed_reload_is_open_until_the_next_one_succeeds() {
    current = false;
    look();
    assertThat(open()).containsExactly(Kind.RELOAD_FAILED);
    current = true;
    look();
    assertThat(open()).isEmpty();
  }

  @Test
  void a_bounded_number_is_remembered_and_what_goes_on_longest() {
    incidents.seen(Kind.BACKEND_DOWN, "first", "");
    for (int i = 0; i < Incidents.CAPACITY + 10; i++) {
      incidents.seen(Kind.DATA_LOST, "e" + i, "");
      incidents.over(Kind.DATA_LOST, "e" + i);
    }
    assertThat(incidents.all()).hasSize(Incidents.CAPACITY);
    assertThat(incidents.all().getFirst().subject()).isEqualTo("first");
    assertThat(incidents.all().get(1).subject()).isEqualTo("e" + (Incidents.CAPACITY + 9));
  }
}
