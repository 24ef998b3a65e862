package dev.headgate.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `load sink`: takes and counts.
@Command(
    name = "sink",
    mixinStandardHelpOptions = true,
    description = {
      "Takes OTLP requests on 127.0.0.1 and counts them, their bytes, items and unique items.",
      "Control port: GET / reports as JSON; POST /reset; POST"
          + " /mode?delay_ms=&fail=&fail_percent=&down="
    },
    footerHeading = "%nThe report:%n",
    footer = {
      "unique_items: items of 'load generate' seen for the first time; duplicate_items: again"
          + " (those",
      "of compressed requests repeat: their pool is small); foreign_items: of anybody else."
          + " latency:",
      "per item, from when its request was due, of uncompressed requests only. Requests answered"
          + " with",
      "a failure are not counted in items. bytes_wire: as read from sockets; bytes_body: messages;",
      "bytes_uncompressed: inflated."
    })
final class SinkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--grpc", defaultValue = "0", paramLabel = "PORT")
  private int grpcPort;

  @Option(names = "--http", defaultValue = "0", paramLabel = "PORT")
  private int httpPort;

  @Option(names = "--control", required = true, paramLabel = "PORT")
  private int controlPort;

  @Option(names = "--delay-ms", defaultValue = "0", paramLabel = "MILLIS")
  private long delayMillis;

  @Option(
      names = "--fail",
      defaultValue = "unavailable",
      description = "unavailable, exhausted, internal, invalid, hang, or an HTTP status of theirs")
  private String fail;

  @Option(names = "--fail-percent", defaultValue = "0", paramLabel = "PERCENT")
  private double failPercent;

  @Option(names = "--down", description = "refuse connections until told otherwise")
  private boolean down;

  @Option(
      names = "--check-secrets",
      description = "search every item for the mark of a sample's secret (costs CPU)")
  private boolean checkSecrets;

  /// Created by picocli.
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  SinkCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    SinkMode mode = new SinkMode(delayMillis, SinkMode.Failure.parse(fail), failPercent, down);
    Sink sink = new Sink(grpcPort, httpPort, mode, checkSecrets, err);
    SinkControl.start(sink, controlPort);
    err.println("listening");
    err.flush();
    sink.run();
    return 0;
  }
}
