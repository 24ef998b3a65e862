package dev.headgate.gateway.demo;

import com.sun.management.OperatingSystemMXBean;
import dev.headgate.config.Signal;
import dev.headgate.gateway.admin.ProcessMetrics;
import dev.headgate.pipeline.ledger.LedgerLine;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/// The table at the end of the demonstration.
///
/// **Threading:** confined to one thread.
final class DemoReport {
  private final MetricSums sums;
  private final List<LedgerLine> ledger;

  DemoReport(MetricSums sums, List<LedgerLine> ledger) {
    this.sums = sums;
    this.ledger = ledger;
  }

  void print(PrintStream out, long failedRequests) {
    out.println();
    out.printf("%-34s %10s %10s %10s%n", "", "traces", "logs", "metrics");
    row(out, "in (spans, records, points)", signal -> sum(signal, LedgerLine::received));
    row(out, "- sampled out", signal -> dropped(signal, "sampled"));
    row(out, "- over the cardinality budget", signal -> dropped(signal, "cardinality"));
    row(out, "- dropped for any other reason", this::droppedOtherwise);
    row(out, "= out", signal -> sum(signal, LedgerLine::delivered));
    out.println();
    out.printf("attribute values redacted: %d%n", sums.counter("headgate_redaction_hits"));
    out.printf("secrets scrubbed from log lines: %d%n", sums.counter("headgate_scrub_hits"));
    out.printf(
        "error spans kept although sampled out: %d%n",
        sums.counter("headgate_sampling_decisions", "decision", "kept_error"));
    out.printf("requests not answered OK: %d%n", failedRequests);
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    out.printf(
        Locale.ROOT,
        "spent by this process, sample client and start included: %.1f s CPU, %.0f MiB memory%n",
        system.getProcessCpuTime() / 1e9,
        ProcessMetrics.residentBytes() / (1 << 20));
    out.println();
  }

  private static void row(PrintStream out, String title, ToLongFunction<Signal> value) {
    out.printf(
        "%-34s %10d %10d %10d%n",
        title,
        value.applyAsLong(Signal.TRACES),
        value.applyAsLong(Signal.LOGS),
        value.applyAsLong(Signal.METRICS));
  }

  private long sum(Signal signal, ToLongFunction<LedgerLine> value) {
    return ledger.stream()
        .filter(line -> line.pipeline().signal() == signal)
        .mapToLong(value)
        .sum();
  }

  private long dropped(Signal signal, String reason) {
    return sums.counter(
        "headgate_ledger_dropped_items",
        labels -> signal.key().equals(labels.get("signal")) && reason.equals(labels.get("reason")));
  }

  private long droppedOtherwise(Signal signal) {
    long all = sums.counter("headgate_ledger_dropped_items", "signal", signal.key());
    return all - dropped(signal, "sampled") - dropped(signal, "cardinality");
  }
}
