package dev.headgate.bench.load;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `load generate`: sends and reports.
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = {
      "Sends OTLP requests and prints one line of JSON about the measured window.",
      "Prints 'measuring' and 'done' to stderr when the window begins and ends."
    },
    footerHeading = "%nThe line:%n",
    footer = {
      "offered: due (with a rate) or sent (without) in the window; accepted, refused (retryable)"
          + " and",
      "failed: answers that came in the window; rejected: items that partial successes name;",
      "bytes: of the accepted. total: the same from the first request to the last answer, to"
          + " compare",
      "with the sink's unique_items. unsent: due at the end and never sent, because every"
          + " connection",
      "was busy; unanswered: 15 s after the end. lag: from when a request was due to when it was"
          + " sent;",
      "latency: from when it was due to its answer, of the accepted that were due in the window.",
      "cpu_seconds: this process, in the window. A lag of milliseconds, or a core that the"
          + " generator",
      "and the sink fill, says that they were the limit and not what is measured."
    })
final class GenerateCommand implements Callable<Integer> {
  enum Protocol {
    grpc,
    http
  }

  enum Compression {
    none,
    gzip,
    zstd
  }

  enum Kind {
    traces,
    logs,
    metrics
  }

  private static final double NANOS_PER_SECOND = 1e9;

  @Spec private CommandSpec spec;

  @Option(names = "--protocol", required = true, description = "${COMPLETION-CANDIDATES}")
  private Protocol protocol;

  @Option(
      names = "--target",
      required = true,
      paramLabel = "HOST:PORT",
      description = "without TLS; gRPC as HTTP/2 with prior knowledge")
  private String target;

  @Option(names = "--signal", required = true, description = "${COMPLETION-CANDIDATES}")
  private Kind signal;

  @Option(names = "--items", defaultValue = "1000", description = "items in each request")
  private int items;

  @Option(
      names = "--compression",
      defaultValue = "none",
      description = {
        "${COMPLETION-CANDIDATES}; compressed requests are sent as they were encoded,",
        "so that ids and times vary over a pool of requests only"
      })
  private Compression compression;

  @Option(names = "--connections", defaultValue = "8", description = "default: ${DEFAULT-VALUE}")
  private int connections;

  @Option(
      names = "--in-flight",
      defaultValue = "4",
      description = {
        "requests at a time on each connection;",
        "HTTP/1.1 has one: so many times the connections are opened instead"
      })
  private int inFlight;

  @Option(
      names = "--rate",
      defaultValue = "0",
      paramLabel = "PER_SECOND",
      description = "requests per second on a fixed schedule; without: as fast as answers come")
  private double rate;

  @Option(
      names = "--warmup",
      defaultValue = "5",
      paramLabel = "SECONDS",
      description = "of the same load before the window, default: ${DEFAULT-VALUE}")
  private double warmup;

  @Option(
      names = "--duration",
      defaultValue = "10",
      paramLabel = "SECONDS",
      description = "of the window, default: ${DEFAULT-VALUE}")
  private double duration;

  @Option(
      names = "--secret-percent",
      defaultValue = "-1",
      paramLabel = "PERCENT",
      description = "spans or log records that hold secrets (default: 0 for traces, 1 for logs)")
  private double secretPercent;

  @Option(names = "--seed", defaultValue = "20261121", description = "of the content")
  private long seed;

  /// Created by picocli.
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  GenerateCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    String report = new Generator(plan(), err).run();
    PrintWriter out = spec.commandLine().getOut();
    out.println(report);
    out.flush();
    return 0;
  }

  private GeneratePlan plan() {
    if (items < 1 || connections < 1 || inFlight < 1 || rate < 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--items, --connections and --in-flight: at least 1, --rate: at least 0");
    }
    boolean grpc = protocol == Protocol.grpc;
    Signal kind =
        switch (signal) {
          case traces -> Signal.TRACES;
          case logs -> Signal.LOGS;
          case metrics -> Signal.METRICS;
        };
    return new GeneratePlan(
        grpc,
        address(),
        kind,
        items,
        switch (compression) {
          case none -> ContentCoding.IDENTITY;
          case gzip -> ContentCoding.GZIP;
          case zstd -> ContentCoding.ZSTD;
        },
        grpc ? connections : connections * inFlight,
        grpc ? inFlight : 1,
        rate,
        (long) (warmup * NANOS_PER_SECOND),
        (long) (duration * NANOS_PER_SECOND),
        secretPercent >= 0 ? secretPercent : kind == Signal.LOGS ? 1 : 0,
        seed,
        (int) (new EpochClock().nanos() >>> 27) & 0xffff);
  }

  private InetSocketAddress address() {
    int colon = target.lastIndexOf(':');
    try {
      return new InetSocketAddress(
          target.substring(0, Math.max(colon, 0)), Integer.parseInt(target.substring(colon + 1)));
    } catch (IllegalArgumentException _) {
      throw new ParameterException(
          spec.commandLine(), "--target: '" + target + "' (expected: HOST:PORT)");
    }
  }
}
