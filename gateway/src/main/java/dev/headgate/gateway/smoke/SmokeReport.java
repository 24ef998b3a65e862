package dev.headgate.gateway.smoke;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.log.ForeignText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// What a smoke test found. Its texts hold what backends said; the reports are fit for terminals.
///
/// @param id what its telemetry is called in the backends
public record SmokeReport(String id, List<Arrival> arrivals, List<Check> checks) {
  private static final double MILLIS = 1000;
  private static final int MAX_LINE_CHARS = 1000;

  /// Copies the lists.
  public SmokeReport {
    arrivals = List.copyOf(arrivals);
    checks = List.copyOf(checks);
  }

  /// Whether a signal arrived.
  ///
  /// @param latency from the moment it was sent; meaningful if it arrived
  /// @param problem why not; empty if it arrived
  public record Arrival(Signal signal, URI backend, Duration latency, String problem) {
    /// Whether it did.
    public boolean arrived() {
      return problem.isEmpty();
    }
  }

  /// Something else that has to hold.
  public record Check(String name, boolean passed, String detail) {}

  /// Whether everything arrived and holds.
  public boolean passed() {
    return arrivals.stream().allMatch(Arrival::arrived) && checks.stream().allMatch(Check::passed);
  }

  /// The report for people.
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Arrival arrival : arrivals) {
      String outcome =
          arrival.arrived()
              ? String.format(
                  Locale.ROOT,
                  "arrived at %s after %.1f s",
                  arrival.backend,
                  arrival.latency.toMillis() / MILLIS)
              : "NOT ARRIVED at " + arrival.backend + ": " + arrival.problem;
      line(text, arrival.signal.key(), outcome);
    }
    checks.forEach(
        check -> line(text, check.name, (check.passed ? "ok: " : "FAILED: ") + check.detail));
    line(text, "smoke " + id, passed() ? "passed" : "FAILED");
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String outcome) {
    String line = "%-14s %s".formatted(name, outcome);
    text.append(ForeignText.line(line, MAX_LINE_CHARS)).append('\n');
  }

  /// The report for programs, one JSON object on a line.
  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("id", id);
      json.writeBooleanField("passed", passed());
      json.writeArrayFieldStart("signals");
      for (Arrival arrival : arrivals) {
        write(json, arrival);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("checks");
      for (Check check : checks) {
        json.writeStartObject();
        json.writeStringField("name", check.name);
        json.writeBooleanField("passed", check.passed);
        json.writeStringField("detail", check.detail);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ForeignText.json(text + "\n");
  }

  private static void write(JsonGenerator json, Arrival arrival) throws IOException {
    json.writeStartObject();
    json.writeStringField("signal", arrival.signal.key());
    json.writeStringField("backend", arrival.backend.toString());
    json.writeBooleanField("arrived", arrival.arrived());
    if (arrival.arrived()) {
      json.writeNumberField("latency_ms", arrival.latency.toMillis());
    } else {
      json.writeStringField("problem", arrival.problem);
    }
    json.writeEndObject();
  }
}
