package dev.headgate.pipeline.ledger;

import dev.headgate.pipeline.payload.ByteBudget;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.LongSupplier;

/// The gauges of what all requests share: the byte budget, the intake queue and the workers. Each
/// is read when it is scraped and costs nothing before.
///
/// **Threading:** any thread.
public final class GatewayMetrics {
  private final PrometheusRegistry registry;

  /// @param registry where the gauges are registered
  public GatewayMetrics(PrometheusRegistry registry) {
    this.registry = registry;
  }

  /// Registers the gauges of the byte budget.
  public void budget(ByteBudget budget) {
    gauge(
        "headgate_budget_used_bytes",
        "Bytes between admission and delivery that are reserved now.",
        budget::usedBytes);
    gauge(
        "headgate_budget_capacity_bytes",
        "The most bytes that may be reserved at once.",
        budget::capacityBytes);
  }

  /// Registers the gauge of the requests that are not read or not decoded yet because there is no
  /// room.
  public void waiting(LongSupplier requests) {
    gauge(
        "headgate_waiting_requests",
        "Requests that are not read or not decoded yet, until there is room for them.",
        requests);
  }

  /// Registers the gauge of the arrays that wait to be used again.
  public void arrays(LongSupplier idleBytes) {
    gauge(
        "headgate_arrays_idle_bytes",
        "Bytes of the arrays that wait to be used again, besides what is reserved.",
        idleBytes);
  }

  /// Registers the gauges of the queue between receivers and workers.
  public void intake(LongSupplier requests, LongSupplier capacity) {
    gauge("headgate_intake_requests", "Requests that wait for a worker.", requests);
    gauge(
        "headgate_intake_capacity_requests", "How many requests may wait for a worker.", capacity);
  }

  /// Registers the gauges of the requests that wait for room in an exporter's queue.
  public void parked(LongSupplier requests, LongSupplier capacity) {
    gauge(
        "headgate_parked_requests",
        "Requests that wait for room in an exporter's queue.",
        requests);
    gauge(
        "headgate_parked_capacity_requests",
        "How many requests may wait for room in an exporter's queue.",
        capacity);
  }

  /// Registers the gauges of the workers, and of event loops that do their work.
  public void workers(LongSupplier busy, LongSupplier count, LongSupplier loops) {
    gauge("headgate_workers_busy", "Workers that have something to do.", busy);
    gauge("headgate_workers", "Worker threads.", count);
    gauge(
        "headgate_event_loops_working",
        "Event loops that work off a request they have received.",
        loops);
  }

  private void gauge(String name, String help, LongSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> gauge.call((double) value.getAsLong()))
        .register(registry);
  }
}
