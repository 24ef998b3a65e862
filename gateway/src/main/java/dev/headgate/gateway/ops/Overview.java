package dev.headgate.gateway.ops;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.Signal;
import dev.headgate.gateway.admin.Answer;
import dev.headgate.gateway.admin.ConfigMetrics;
import dev.headgate.gateway.admin.Health;
import dev.headgate.gateway.admin.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// `GET /admin/ops/overview`: how the gateway does, as JSON (docs/operator-api.md). It is made of
/// the gateway's own counters and the ids in its configuration, and of nothing that anybody sent
/// but names of metrics that are over their budget.
///
/// **Threading:** any thread.
public final class Overview {
  /// The parameters of the query.
  public static final Set<String> PARAMETERS = Set.of("history");

  private static final JsonFactory JSON = new JsonFactory();

  private final Monitor monitor;
  private final Health health;
  private final Supplier<GatewayConfig> config;
  private final Supplier<ConfigMetrics.State> configState;
  private final String version;
  private final InstantSource clock;
  private final Instant started;

  /// @param config what runs
  /// @param configState its fingerprint and age
  public Overview(
      Monitor monitor,
      Health health,
      Supplier<GatewayConfig> config,
      Supplier<ConfigMetrics.State> configState,
      String version,
      InstantSource clock) {
    this.monitor = monitor;
    this.health = health;
    this.config = config;
    this.configState = configState;
    this.version = version;
    this.clock = clock;
    this.started = clock.instant();
  }

  /// The page. With `history=true` it also tells of the last quarter of an hour.
  public Answer answer(Request request) throws IOException {
    String history = request.parameters().getOrDefault("history", "false");
    if (!history.equals("true") && !history.equals("false")) {
      return Answer.text(400, "history: not a boolean (expected: true or false)");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 13);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      Change change = monitor.change();
      json.writeStartObject();
      json.writeStringField("generated_at", clock.instant().toString());
      json.writeNumberField("window_seconds", Sections.rounded(change.seconds()));
      gateway(json);
      List<Incident> incidents = monitor.incidents().all();
      health(json, incidents);
      new Sections(json, change).write(config.get());
      incidents(json, incidents);
      if (history.equals("true")) {
        history(json, monitor.history());
      }
      json.writeEndObject();
    }
    return new Answer(200, "application/json", out.toByteArray());
  }

  private void gateway(JsonGenerator json) throws IOException {
    ConfigMetrics.State state = configState.get();
    json.writeObjectFieldStart("gateway");
    json.writeStringField("version", version);
    json.writeStringField("java", Runtime.version().toString());
    json.writeStringField("started_at", started.toString());
    json.writeStringField("state", health.state().name().toLowerCase(Locale.ROOT));
    json.writeObjectFieldStart("configuration");
    json.writeStringField("fingerprint", state.hash());
    json.writeStringField("loaded_at", state.since().toString());
    json.writeBooleanField("last_reload_succeeded", state.current());
    json.writeEndObject();
    json.writeEndObject();
  }

  private void health(JsonGenerator json, List<Incident> incidents) throws IOException {
    boolean critical = health.state() != Health.State.READY;
    boolean warning = false;
    for (Incident one : incidents) {
      if (one.isOpen()) {
        switch (one.kind().severity()) {
          case CRITICAL -> critical = true;
          case WARNING -> warning = true;
        }
      }
    }
    json.writeObjectFieldStart("health");
    json.writeStringField("status", critical ? "failing" : warning ? "degraded" : "ok");
    json.writeArrayFieldStart("reasons");
    if (health.state() != Health.State.READY) {
      json.writeString("gateway " + health.state().name().toLowerCase(Locale.ROOT));
    }
    for (Incident one : incidents) {
      if (one.isOpen()) {
        json.writeString(
            one.subject().isEmpty() ? one.kind().text() : one.subject() + ": " + one.kind().text());
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void incidents(JsonGenerator json, List<Incident> incidents) throws IOException {
    json.writeArrayFieldStart("incidents");
    for (Incident one : incidents) {
      json.writeStartObject();
      json.writeStringField("kind", one.kind().label());
      json.writeStringField("severity", one.kind().severity().label());
      json.writeStringField("text", one.kind().text());
      json.writeStringField("runbook", one.kind().runbook());
      json.writeStringField("subject", one.subject());
      json.writeStringField("detail", one.detail());
      json.writeStringField("since", one.since().toString());
      Instant until = one.until();
      if (until == null) {
        json.writeNullField("until");
      } else {
        json.writeStringField("until", until.toString());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void history(JsonGenerator json, List<History.Moment> moments) throws IOException {
    json.writeArrayFieldStart("history");
    for (History.Moment moment : moments) {
      json.writeStartObject();
      json.writeNumberField("at", moment.at().getEpochSecond());
      rates(json, "accepted", moment.accepted());
      rates(json, "delivered", moment.delivered());
      rates(json, "dropped", moment.dropped());
      rates(json, "refused", moment.refused());
      json.writeNumberField("queue_fill", Sections.rounded(moment.queueFill()));
      json.writeNumberField("budget_fill", Sections.rounded(moment.budgetFill()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void rates(JsonGenerator json, String name, Map<Signal, Double> rates)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<Signal, Double> rate : rates.entrySet()) {
      json.writeNumberField(rate.getKey().key(), Sections.rounded(rate.getValue()));
    }
    json.writeEndObject();
  }
}
