package dev.headgate.gateway.demo;

import dev.headgate.config.GatewayConfig;
import dev.headgate.gateway.Gateway;
import dev.headgate.pipeline.ledger.LedgerLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/// `headgate demo`: plays sample telemetry through a gateway on loopback and shows what became of
/// it.
///
/// **Threading:** confined to one thread.
public final class Demo {
  private static final Duration TICK = Duration.ofMillis(200);
  private static final int TICKS_PER_LINE = 10;

  private final PrintStream out;
  private final InstantSource wallClock;

  /// @param out where the summary is printed
  public Demo(PrintStream out, InstantSource wallClock) {
    this.out = out;
    this.wallClock = wallClock;
  }

  /// The configuration of the demonstration: the default policy at a quarter of the traces, and a
  /// file instead of backends.
  public static String yaml(Path output) {
    return """
    receivers:
      otlp:
        protocols:
          grpc: {endpoint: "127.0.0.1:0"}
          http: {endpoint: "127.0.0.1:0"}
    processors:
      redaction:
        allow_all_keys: true
        blocked_keys: ["*.token*", "*.secret*", "*.password*", "http.request.header.authorization"]
        replacement: "[REDACTED]"
      log_scrubber: {}
      probabilistic_sampler: {sampling_percentage: 25, always_sample: [error]}
      cardinality_guard: {series_limit: 100}
      batch: {timeout: 200ms}
    exporters:
      file: {path: "%s"}
    service:
      telemetry: {metrics: {level: none}, logs: {level: warn}}
      pipelines:
        traces: {receivers: [otlp], processors: [redaction, probabilistic_sampler, batch], exporters: [file]}
        logs: {receivers: [otlp], processors: [redaction, log_scrubber, batch], exporters: [file]}
        metrics: {receivers: [otlp], processors: [redaction, cardinality_guard, batch], exporters: [file]}
    """
        .formatted(output.toString().replace("\\", "\\\\"));
  }

  /// Plays for a while.
  ///
  /// @param gateway started; stopped before this returns
  /// @return whether every request was answered OK and the ledger balances
  public boolean play(Gateway gateway, GatewayConfig config, Duration duration, Path output)
      throws IOException, InterruptedException {
    out.println(
        "Headgate listens on 127.0.0.1: OTLP/gRPC "
            + gateway.grpcPorts().getFirst()
            + ", OTLP/HTTP "
            + gateway.httpPorts().getFirst()
            + ".");
    out.println(
        "A sample shop sends traces, logs and metrics for " + duration.toSeconds() + " s ...");
    long failed =
        send(
            new DemoTraffic(
                "127.0.0.1", gateway.grpcPorts().getFirst(), gateway.httpPorts().getFirst()),
            duration,
            () -> progress(gateway));
    gateway.stop(config.service().shutdownTimeout());
    boolean balanced = gateway.ledger().stream().allMatch(LedgerLine::balances);
    new DemoReport(new MetricSums(gateway.registry()), gateway.ledger()).print(out, failed);
    out.println("The output that would have gone to Tempo, Loki and Mimir: " + output);
    return failed == 0 && balanced;
  }

  /// Plays for a while into a gateway that runs already, under whatever policy.
  ///
  /// @return whether every request was answered OK
  public boolean playInto(String host, int grpcPort, int httpPort, Duration duration)
      throws IOException, InterruptedException {
    out.println(
        "A sample shop sends traces, logs and metrics to %s for %d s ..."
            .formatted(host, duration.toSeconds()));
    long failed = send(new DemoTraffic(host, grpcPort, httpPort), duration, () -> {});
    out.println("requests that were not answered OK: " + failed);
    return failed == 0;
  }

  /// @return requests that were not answered OK
  private long send(DemoTraffic demoTraffic, Duration duration, Runnable progress)
      throws InterruptedException {
    try (DemoTraffic traffic = demoTraffic) {
      long ticks = Math.max(1, duration.dividedBy(TICK));
      for (long tick = 1; tick <= ticks; tick++) {
        traffic.tick(wallClock.instant());
        Thread.sleep(TICK);
        if (tick % TICKS_PER_LINE == 0) {
          progress.run();
        }
      }
      return traffic.finish();
    }
  }

  private void progress(Gateway gateway) {
    StringBuilder line = new StringBuilder("  so far:");
    for (LedgerLine entry : gateway.ledger()) {
      line.append(' ').append(entry.pipeline()).append(' ').append(entry.received());
      line.append(" in, ").append(entry.delivered()).append(" out;");
    }
    out.println(line);
  }
}
