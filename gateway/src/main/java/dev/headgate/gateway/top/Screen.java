package dev.headgate.gateway.top;

import static dev.headgate.gateway.top.Text.count;
import static dev.headgate.gateway.top.Text.percent;
import static dev.headgate.gateway.top.Text.rate;
import static dev.headgate.gateway.top.Text.seconds;

import dev.headgate.gateway.readback.JsonValue;
import dev.headgate.pipeline.log.ForeignText;
import java.util.List;
import java.util.Locale;

/// The overview as lines of at most 80 characters, for terminals and files.
///
/// **Threading:** confined to one thread.
public final class Screen {
  private static final int COLUMNS = 80;
  private static final int MOST_ROWS = 8;

  private final StringBuilder out = new StringBuilder(2048);

  private Screen() {}

  /// Draws an overview.
  public static String of(JsonValue overview) {
    Screen screen = new Screen();
    screen.head(overview);
    screen.signals(overview.get("signals").items());
    screen.pipelines(overview.get("pipelines").items());
    screen.exporters(overview.get("exporters").items());
    screen.rows("DROPPED", overview.get("drops").items(), "items", "signal", "exporter", "reason");
    screen.rows(
        "REFUSED", overview.get("refusals").items(), "requests", "receiver", "signal", "reason");
    screen.rows(
        "REDACTED", overview.get("redaction").items(), "hits", "processor", "rule", "place");
    screen.rows("SCRUBBED", overview.get("scrubbing").items(), "hits", "processor", "rule", "");
    screen.rows(
        "SAMPLING", overview.get("sampling").items(), "items", "processor", "decision", "signal");
    screen.rows(
        "OVER BUDGET",
        overview.get("cardinality").items(),
        "points",
        "processor",
        "metric",
        "mode");
    screen.incidents(overview.get("incidents").items());
    return screen.out.toString();
  }

  private void head(JsonValue overview) {
    JsonValue gateway = overview.get("gateway");
    JsonValue process = overview.get("process");
    JsonValue budget = overview.get("budget");
    line(
        "headgate %s  %s  up %s  configuration %s"
            .formatted(
                gateway.get("version").text(),
                overview.get("health").get("status").text().toUpperCase(Locale.ROOT),
                seconds(process.get("uptime_seconds").number()),
                gateway.get("configuration").get("fingerprint").text()));
    line(
        "%s  cpu %s cores  memory %s  budget %s of %s"
            .formatted(
                overview.get("generated_at").text().replaceFirst("\\.\\d+Z$", "Z"),
                Text.decimal(process.get("cpu_cores").number()),
                Text.bytes(process.get("resident_bytes").number()),
                percent(budget.get("fill").number()),
                Text.bytes(budget.get("capacity_bytes").number())));
    for (String reason : overview.get("health").get("reasons").itemTexts()) {
      line("  ! %s".formatted(reason));
    }
  }

  private void signals(List<JsonValue> signals) {
    line("");
    line(
        "%-9s%12s%12s%12s%12s%12s"
            .formatted("SIGNAL", "ACCEPTED", "REFUSED", "DROPPED", "DELIVERED", "IN FLIGHT"));
    for (JsonValue one : signals) {
      line(
          "%-9s%12s%12s%12s%12s%12s"
              .formatted(
                  one.get("signal").text(),
                  rate(one.get("accepted_per_second").number()),
                  rate(one.get("refused_per_second").number()),
                  rate(one.get("dropped_per_second").number()),
                  rate(one.get("delivered_per_second").number()),
                  count(one.get("in_flight").number())));
    }
  }

  private void pipelines(List<JsonValue> pipelines) {
    line("");
    line("%-28s%12s%12s  %s".formatted("PIPELINE", "RECEIVED", "DROPPED", "DELIVERED"));
    for (JsonValue one : pipelines) {
      String start =
          "%-28s%12s%12s  "
              .formatted(
                  cut(one.get("id").text(), 27),
                  rate(one.get("received_per_second").number()),
                  rate(one.get("dropped_per_second").number()));
      for (JsonValue exporter : one.get("exporters").items()) {
        line(
            start
                + rate(exporter.get("delivered_per_second").number())
                + " "
                + exporter.get("id").text());
        start = " ".repeat(start.length());
      }
    }
  }

  private void exporters(List<JsonValue> exporters) {
    line("");
    line(
        "%-28s%7s%8s%10s%11s%8s%8s"
            .formatted("EXPORTER", "QUEUE", "OLDEST", "MEMORY", "DELIVERED", "LOST", "ERRORS"));
    for (JsonValue one : exporters) {
      JsonValue queue = one.get("queue");
      line(
          "%-28s%7s%8s%10s%11s%8s%8s"
              .formatted(
                  cut(one.get("id").text(), 27),
                  percent(queue.get("fill").number()),
                  seconds(queue.get("oldest_age_seconds").number()),
                  Text.bytes(queue.get("bytes").number()),
                  rate(one.get("delivered_per_second").number()),
                  rate(one.get("dropped_per_second").number()),
                  percent(one.get("error_rate").number())));
    }
  }

  private void rows(String title, List<JsonValue> rows, String unit, String... columns) {
    if (rows.isEmpty()) {
      return;
    }
    line("");
    line("%-20s%-24s%-16s%10s%10s".formatted(title, "", "", unit.toUpperCase(Locale.ROOT), "NOW"));
    for (JsonValue row : rows.subList(0, Math.min(rows.size(), MOST_ROWS))) {
      line(
          "%-20s%-24s%-16s%10s%10s"
              .formatted(
                  cut(row.get(columns[0]).text(), 19),
                  cut(row.get(columns[1]).text(), 23),
                  cut(row.get(columns[2]).text(), 15),
                  count(row.get(unit).number()),
                  rate(row.get("per_second").number())));
    }
  }

  private void incidents(List<JsonValue> incidents) {
    line("");
    line("INCIDENTS%s".formatted(incidents.isEmpty() ? "  none" : ""));
    for (JsonValue one : incidents.subList(0, Math.min(incidents.size(), MOST_ROWS))) {
      String until = one.get("until").text();
      line(
          "%s  %-5s %s %s"
              .formatted(
                  one.get("since").text().replaceFirst("\\.\\d+Z$", "Z"),
                  until.isEmpty() ? "OPEN" : "over",
                  one.get("subject").text().isEmpty()
                      ? one.get("text").text()
                      : one.get("subject").text() + ": " + one.get("text").text(),
                  one.get("detail").text().isEmpty() ? "" : "(" + one.get("detail").text() + ")"));
    }
  }

  private static String cut(String text, int mostChars) {
    return text.length() <= mostChars ? text : text.substring(0, mostChars - 1) + "~";
  }

  private void line(String text) {
    out.append(ForeignText.line(text, COLUMNS).stripTrailing()).append('\n');
  }
}
