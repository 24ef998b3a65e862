package dev.headgate.gateway.top;

import static dev.headgate.gateway.top.Text.count;
import static dev.headgate.gateway.top.Text.percent;
import static dev.headgate.gateway.top.Text.printable;
import static dev.headgate.gateway.top.Text.rate;
import static dev.headgate.gateway.top.Text.seconds;

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
  public static String of(JsonTree overview) {
    Screen screen = new Screen();
    screen.head(overview);
    screen.signals(overview.list("signals"));
    screen.pipelines(overview.list("pipelines"));
    screen.exporters(overview.list("exporters"));
    screen.rows("DROPPED", overview.list("drops"), "items", "signal", "exporter", "reason");
    screen.rows("REFUSED", overview.list("refusals"), "requests", "receiver", "signal", "reason");
    screen.rows(
        "OVER BUDGET", overview.list("cardinality"), "points", "processor", "metric", "mode");
    screen.incidents(overview.list("incidents"));
    return screen.out.toString();
  }

  private void head(JsonTree overview) {
    JsonTree gateway = overview.in("gateway");
    JsonTree process = overview.in("process");
    JsonTree budget = overview.in("budget");
    line(
        "headgate %s  %s  up %s  configuration %s"
            .formatted(
                gateway.text("version"),
                overview.in("health").text("status").toUpperCase(Locale.ROOT),
                seconds(process.number("uptime_seconds")),
                gateway.in("configuration").text("fingerprint")));
    line(
        "%s  cpu %s cores  memory %s  budget %s of %s"
            .formatted(
                overview.text("generated_at").replaceFirst("\\.\\d+Z$", "Z"),
                Text.decimal(process.number("cpu_cores")),
                Text.bytes(process.number("resident_bytes")),
                percent(budget.number("fill")),
                Text.bytes(budget.number("capacity_bytes"))));
    for (String reason : overview.in("health").texts("reasons")) {
      line("  ! %s".formatted(reason));
    }
  }

  private void signals(List<JsonTree> signals) {
    line("");
    line(
        "%-9s%12s%12s%12s%12s%12s"
            .formatted("SIGNAL", "ACCEPTED", "REFUSED", "DROPPED", "DELIVERED", "IN FLIGHT"));
    for (JsonTree one : signals) {
      line(
          "%-9s%12s%12s%12s%12s%12s"
              .formatted(
                  one.text("signal"),
                  rate(one.number("accepted_per_second")),
                  rate(one.number("refused_per_second")),
                  rate(one.number("dropped_per_second")),
                  rate(one.number("delivered_per_second")),
                  count(one.number("in_flight"))));
    }
  }

  private void pipelines(List<JsonTree> pipelines) {
    line("");
    line("%-28s%12s%12s  %s".formatted("PIPELINE", "RECEIVED", "DROPPED", "DELIVERED"));
    for (JsonTree one : pipelines) {
      String start =
          "%-28s%12s%12s  "
              .formatted(
                  cut(one.text("id"), 27),
                  rate(one.number("received_per_second")),
                  rate(one.number("dropped_per_second")));
      for (JsonTree exporter : one.list("exporters")) {
        line(start + rate(exporter.number("delivered_per_second")) + " " + exporter.text("id"));
        start = " ".repeat(start.length());
      }
    }
  }

  private void exporters(List<JsonTree> exporters) {
    line("");
    line(
        "%-28s%7s%8s%10s%11s%8s%8s"
            .formatted("EXPORTER", "QUEUE", "OLDEST", "MEMORY", "DELIVERED", "LOST", "ERRORS"));
    for (JsonTree one : exporters) {
      JsonTree queue = one.in("queue");
      line(
          "%-28s%7s%8s%10s%11s%8s%8s"
              .formatted(
                  cut(one.text("id"), 27),
                  percent(queue.number("fill")),
                  seconds(queue.number("oldest_age_seconds")),
                  Text.bytes(queue.number("bytes")),
                  rate(one.number("delivered_per_second")),
                  rate(one.number("dropped_per_second")),
                  percent(one.number("error_rate"))));
    }
  }

  private void rows(String title, List<JsonTree> rows, String unit, String... columns) {
    if (rows.isEmpty()) {
      return;
    }
    line("");
    line("%-20s%-24s%-16s%10s%10s".formatted(title, "", "", unit.toUpperCase(Locale.ROOT), "NOW"));
    for (JsonTree row : rows.subList(0, Math.min(rows.size(), MOST_ROWS))) {
      line(
          "%-20s%-24s%-16s%10s%10s"
              .formatted(
                  cut(row.text(columns[0]), 19),
                  cut(row.text(columns[1]), 23),
                  cut(row.text(columns[2]), 15),
                  count(row.number(unit)),
                  rate(row.number("per_second"))));
    }
  }

  private void incidents(List<JsonTree> incidents) {
    line("");
    line("INCIDENTS%s".formatted(incidents.isEmpty() ? "  none" : ""));
    for (JsonTree one : incidents.subList(0, Math.min(incidents.size(), MOST_ROWS))) {
      String until = one.text("until");
      line(
          "%s  %-5s %s %s"
              .formatted(
                  one.text("since").replaceFirst("\\.\\d+Z$", "Z"),
                  until.isEmpty() ? "OPEN" : "over",
                  one.text("subject").isEmpty()
                      ? one.text("text")
                      : one.text("subject") + ": " + one.text("text"),
                  one.text("detail").isEmpty() ? "" : "(" + one.text("detail") + ")"));
    }
  }

  private static String cut(String text, int mostChars) {
    return text.length() <= mostChars ? text : text.substring(0, mostChars - 1) + "~";
  }

  private void line(String text) {
    out.append(printable(text, COLUMNS).stripTrailing()).append('\n');
  }
}
