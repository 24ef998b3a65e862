package dev.headgate.gateway.ops;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headgate.config.ComponentId;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.PipelineConfig;
import dev.headgate.config.Signal;
import dev.headgate.gateway.ops.Readings.Point;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The parts of the [Overview] that are made of counters.
///
/// **Threading:** confined to one thread.
final class Sections {
  /// The longest lists that are shown: the largest come first.
  private static final int MOST_ROWS = 50;

  /// Names of metrics come from outside.
  private static final int LONGEST_NAME_CHARS = 120;

  private final JsonGenerator json;
  private final Change change;
  private final Readings now;

  Sections(JsonGenerator json, Change change) {
    this.json = json;
    this.change = change;
    this.now = change.now;
  }

  /// Three digits behind the point are enough to look at.
  static double rounded(double value) {
    return Double.isFinite(value) ? Math.round(value * 1000) / 1000.0 : 0;
  }

  void write(GatewayConfig config) throws IOException {
    signals();
    pipelines(config);
    processors(config);
    exporters(config);
    rows(
        "refusals",
        "headgate_receiver_refused_requests",
        "requests",
        "receiver",
        "transport",
        "signal",
        "reason");
    rows(
        "drops",
        "headgate_ledger_dropped_items",
        "items",
        "signal",
        "pipeline",
        "exporter",
        "stage",
        "reason");
    rows("redaction", "headgate_redaction_hits", "hits", "processor", "rule", "place", "mode");
    rows("scrubbing", "headgate_scrub_hits", "hits", "processor", "rule");
    rows("sampling", "headgate_sampling_decisions", "items", "processor", "signal", "decision");
    rows(
        "cardinality",
        "headgate_cardinality_dropped_points",
        "points",
        "processor",
        "metric",
        "mode");
    process();
  }

  private void signals() throws IOException {
    json.writeArrayFieldStart("signals");
    for (Signal signal : Signal.values()) {
      String items = signal.itemsKey();
      String key = signal.key();
      json.writeStartObject();
      json.writeStringField("signal", key);
      json.writeStringField("items", items);
      counter("accepted", "otelcol_receiver_accepted_" + items);
      counter("refused", "otelcol_receiver_refused_" + items);
      counter("delivered", "headgate_ledger_delivered_items", "signal", key);
      counter("dropped", "headgate_ledger_dropped_items", "signal", key);
      number("in_flight", now.sum("headgate_ledger_in_flight_items", "signal", key));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void pipelines(GatewayConfig config) throws IOException {
    json.writeArrayFieldStart("pipelines");
    for (PipelineConfig pipeline : config.service().pipelines()) {
      String id = pipeline.id().toString();
      json.writeStartObject();
      json.writeStringField("id", id);
      json.writeStringField("signal", pipeline.id().signal().key());
      ids("receivers", pipeline.receivers());
      ids("processors", pipeline.processors());
      counter("received", "headgate_ledger_received_items", "pipeline", id);
      counter("dropped", "headgate_ledger_dropped_items", "pipeline", id, "exporter", "");
      json.writeArrayFieldStart("exporters");
      for (ComponentId exporter : pipeline.exporters()) {
        String to = exporter.toString();
        json.writeStartObject();
        json.writeStringField("id", to);
        counter("delivered", "headgate_ledger_delivered_items", "pipeline", id, "exporter", to);
        counter("dropped", "headgate_ledger_dropped_items", "pipeline", id, "exporter", to);
        number(
            "in_flight",
            now.sum("headgate_ledger_in_flight_items", "pipeline", id, "exporter", to));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void ids(String name, List<ComponentId> ids) throws IOException {
    json.writeArrayFieldStart(name);
    for (ComponentId id : ids) {
      json.writeString(id.toString());
    }
    json.writeEndArray();
  }

  private void processors(GatewayConfig config) throws IOException {
    json.writeArrayFieldStart("processors");
    for (ComponentId processor : config.processors().keySet()) {
      String id = processor.toString();
      json.writeStartObject();
      json.writeStringField("id", id);
      counter("in", "otelcol_processor_incoming_items", "processor", id);
      counter("out", "otelcol_processor_outgoing_items", "processor", id);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void exporters(GatewayConfig config) throws IOException {
    Set<ComponentId> used = new LinkedHashSet<>();
    config.service().pipelines().forEach(pipeline -> used.addAll(pipeline.exporters()));
    json.writeArrayFieldStart("exporters");
    for (ComponentId exporter : used) {
      String id = exporter.toString();
      json.writeStartObject();
      json.writeStringField("id", id);
      json.writeObjectFieldStart("queue");
      number("fill", Watch.queueFill(now, id));
      number("size", now.sum("otelcol_exporter_queue_size", "exporter", id));
      number("capacity", now.max("otelcol_exporter_queue_capacity", "exporter", id));
      number("bytes", now.sum("headgate_exporter_queue_bytes", "exporter", id));
      number("capacity_bytes", now.max("headgate_exporter_queue_capacity_bytes", "exporter", id));
      number(
          "oldest_age_seconds",
          now.max("headgate_exporter_queue_oldest_age_seconds", "exporter", id));
      json.writeEndObject();
      String requests = "headgate_exporter_requests";
      double all = change.perSecond(requests, "exporter", id);
      double fine =
          change.perSecond(requests, "exporter", id, "outcome", "delivered")
              + change.perSecond(requests, "exporter", id, "outcome", "partial");
      number("requests_per_second", all);
      number("error_rate", all <= 0 ? 0 : 1 - fine / all);
      number("in_flight_requests", now.sum("otelcol_exporter_in_flight_requests", "exporter", id));
      counter("delivered", "headgate_ledger_delivered_items", "exporter", id);
      counter("dropped", "headgate_ledger_dropped_items", "exporter", id);
      counter("retries", "headgate_exporter_retries", "exporter", id);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void process() throws IOException {
    json.writeObjectFieldStart("budget");
    number("used_bytes", now.sum("headgate_budget_used_bytes"));
    number("capacity_bytes", now.sum("headgate_budget_capacity_bytes"));
    number("fill", Watch.budgetFill(now));
    number("waiting_requests", now.sum("headgate_waiting_requests"));
    json.writeEndObject();
    json.writeObjectFieldStart("process");
    number("cpu_cores", change.perSecond("otelcol_process_cpu_seconds"));
    number("heap_bytes", now.sum("otelcol_process_runtime_heap_alloc_bytes"));
    number(
        "resident_bytes",
        now.sum("otelcol_process_memory_rss") + now.sum("otelcol_process_memory_rss_bytes"));
    number(
        "uptime_seconds",
        now.sum("otelcol_process_uptime") + now.sum("otelcol_process_uptime_seconds"));
    number("connections", now.sum("headgate_receiver_connections"));
    json.writeEndObject();
  }

  /// A row for each series that is not 0, the fastest and then the largest first.
  private void rows(String name, String metric, String unit, String... labels) throws IOException {
    List<Point> rows =
        now.points(metric).stream()
            .filter(point -> point.value() > 0)
            .sorted(
                Comparator.comparingDouble((Point point) -> -change.perSecond(metric, point))
                    .thenComparingDouble(point -> -point.value()))
            .limit(MOST_ROWS)
            .toList();
    json.writeArrayFieldStart(name);
    for (Point point : rows) {
      json.writeStartObject();
      for (String label : labels) {
        json.writeStringField(label, cut(point.label(label)));
      }
      number(unit, point.value());
      number("per_second", change.perSecond(metric, point));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_NAME_CHARS
        ? text
        : text.substring(0, LONGEST_NAME_CHARS) + "...";
  }

  private void counter(String name, String metric, String... labels) throws IOException {
    number(name, now.sum(metric, labels));
    number(name + "_per_second", change.perSecond(metric, labels));
  }

  /// A whole number as one, so that no reader needs to round counters.
  private void number(String name, double value) throws IOException {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      json.writeNumberField(name, (long) value);
    } else {
      json.writeNumberField(name, rounded(value));
    }
  }
}
