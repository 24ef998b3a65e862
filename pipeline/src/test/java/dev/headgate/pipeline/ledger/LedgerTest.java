package dev.headgate.pipeline.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.config.PipelineId;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.ByteBudget;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final PipelineId TRACES = new PipelineId(Signal.TRACES, "");

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Ledger ledger = new Ledger(registry);

  @Test
  void every_counter_exists_at_zero_from_the_start() {
    ledger.pipeline(TRACES, List.of("otlp/a", "otlp/b"));

    CounterSnapshot dropped = (CounterSnapshot) metric("headgate_ledger_dropped_items");
    assertThat(dropped.getDataPoints()).allMatch(point -> point.getValue() == 0);
    long process = count(DropReason.Stage.PROCESS);
    long behind = DropReason.values().length - process;
    assertThat(dropped.getDataPoints()).hasSize((int) (process + 2 * behind));
    assertThat(((CounterSnapshot) metric("headgate_ledger_received_items")).getDataPoints())
        .hasSize(1);
    assertThat(((CounterSnapshot) metric("headgate_ledger_delivered_items")).getDataPoints())
        .hasSize(2);
    assertThat(((GaugeSnapshot) metric("headgate_ledger_in_flight_items")).getDataPoints())
        .hasSize(2);
  }

  private static long count(DropReason.Stage stage) {
    return List.of(DropReason.values()).stream().filter(reason -> reason.stage() == stage).count();
  }

  @Test
  void balances_when_every_item_went_somewhere() {
    PipelineLedger pipeline = ledger.pipeline(TRACES, List.of("otlp/a", "otlp/b"));
    pipeline.received(10);
    pipeline.dropped(DropReason.SAMPLED, 4);
    pipeline.exporter("otlp/a").queued(6);
    pipeline.exporter("otlp/b").neverQueued(DropReason.QUEUE_FULL, 6);
    pipeline.exporter("otlp/a").delivered(3);
    pipeline.exporter("otlp/a").dropped(DropReason.PERMANENT_ERROR, 2);

    assertThat(ledger.lines())
        .containsExactly(
            new LedgerLine(TRACES, "otlp/a", 10, 4, 2, 3, 1),
            new LedgerLine(TRACES, "otlp/b", 10, 4, 6, 0, 0))
        .allMatch(LedgerLine::balances);
  }

  @Test
  void balances_for_exporters_that_come_and_go() {
    PipelineLedger before = ledger.pipeline(TRACES, List.of("otlp/a"));
    before.received(5);
    before.exporter("otlp/a").queued(5);
    PipelineLedger after = ledger.pipeline(TRACES, List.of("otlp/b"));
    after.received(3);
    after.dropped(DropReason.FILTERED, 1);
    after.exporter("otlp/b").queued(2);
    before.received(1);
    before.exporter("otlp/a").queued(1);
    before.exporter("otlp/a").delivered(6);

    assertThat(ledger.lines())
        .containsExactly(
            new LedgerLine(TRACES, "otlp/a", 6, 0, 0, 6, 0),
            new LedgerLine(TRACES, "otlp/b", 3, 1, 0, 0, 2))
        .allMatch(LedgerLine::balances);
    assertThat(values("headgate_ledger_unaccounted_items"))
        .containsExactly("otlp/a=0.0", "otlp/b=0.0");
    assertThat(
            ((CounterSnapshot) metric("headgate_ledger_received_items"))
                .getDataPoints()
                .getFirst()
                .getValue())
        .isEqualTo(9);
  }

  @Test
  void does_not_balance_when_an_item_is_missing() {
    PipelineLedger pipeline = ledger.pipeline(TRACES, List.of("otlp/a"));
    pipeline.received(10);
    pipeline.exporter("otlp/a").queued(9);

    assertThat(ledger.lines()).noneMatch(LedgerLine::balances);
    assertThat(values("headgate_ledger_unaccounted_items")).containsExactly("otlp/a=1.0");
  }

  private List<String> values(String gauge) {
    return ((GaugeSnapshot) metric(gauge))
        .getDataPoints().stream()
            .map(point -> point.getLabels().get("exporter") + "=" + point.getValue())
            .sorted()
            .toList();
  }

  @Test
  void a_reason_belongs_to_its_stage() {
    PipelineLedger pipeline = ledger.pipeline(TRACES, List.of("otlp/a"));

    assertThatThrownBy(() -> pipeline.dropped(DropReason.QUEUE_FULL, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pipeline.exporter("otlp/a").dropped(DropReason.SAMPLED, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pipeline.exporter("otlp/c")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ledger.pipeline(new PipelineId(Signal.LOGS, "")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void processors_count_what_enters_and_leaves() {
    ProcessorMetrics metrics = new ProcessorMetrics(registry);
    ProcessorMetrics.Bound bound = metrics.bind("filter/health", Signal.TRACES);
    metrics.bind("filter/health", Signal.LOGS);

    bound.passed(10, 7);

    CounterSnapshot in = (CounterSnapshot) metric("otelcol_processor_incoming_items");
    CounterSnapshot out = (CounterSnapshot) metric("otelcol_processor_outgoing_items");
    assertThat(in.getDataPoints())
        .extracting(point -> point.getLabels().get("otel_signal") + "=" + point.getValue())
        .containsExactlyInAnyOrder("traces=10.0", "logs=0.0");
    assertThat(out.getDataPoints())
        .extracting(point -> point.getLabels().get("otel_signal") + "=" + point.getValue())
        .containsExactlyInAnyOrder("traces=7.0", "logs=0.0");
  }

  @Test
  void the_budget_is_read_when_it_is_scraped() {
    ByteBudget budget = new ByteBudget(1000);
    new GatewayMetrics(registry).budget(budget);
    budget.forceReserve(300);

    assertThat(gauge("headgate_budget_used_bytes")).isEqualTo(300);
    assertThat(gauge("headgate_budget_capacity_bytes")).isEqualTo(1000);
  }

  private double gauge(String name) {
    return ((GaugeSnapshot) metric(name)).getDataPoints().getFirst().getValue();
  }

  private MetricSnapshot metric(String name) {
    return registry.scrape(name::equals).stream().findFirst().orElseThrow();
  }
}
