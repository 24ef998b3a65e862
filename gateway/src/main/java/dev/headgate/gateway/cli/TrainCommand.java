package dev.headgate.gateway.cli;

import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.ConfigSource;
import dev.headgate.config.load.LoadResult;
import dev.headgate.gateway.Assembly;
import dev.headgate.gateway.Gateway;
import dev.headgate.gateway.log.JsonLog;
import dev.headgate.gateway.train.Training;
import dev.headgate.pipeline.payload.SystemNanoClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// `headgate train`: makes the AOT cache that the launcher hands to the JVM.
final class TrainCommand {
  private static final CliOption SECONDS =
      new CliOption("--seconds", "", "N", "How long to play traffic (default: 15).");
  private static final CliOption OUTPUT =
      new CliOption("--output", "", "FILE", "Where the cache goes (default: headgate.aot).");

  static final Command COMMAND =
      new Command(
          "train",
          "",
          "Make a cache with which the gateway starts faster, by playing traffic through it.",
          List.of(SECONDS, OUTPUT),
          TrainCommand::run);

  /// A gateway that takes everything and keeps nothing.
  private static final String SINK =
      """
      receivers:
        otlp:
          protocols:
            grpc: {endpoint: "127.0.0.1:0"}
            http: {endpoint: "127.0.0.1:0"}
      exporters: {nop: {}}
      service:
        telemetry: {metrics: {level: none}, logs: {level: error}}
        pipelines:
          traces: {receivers: [otlp], exporters: [nop]}
          logs: {receivers: [otlp], exporters: [nop]}
          metrics: {receivers: [otlp], exporters: [nop]}
      """;

  private TrainCommand() {}

  private static int run(Arguments arguments) throws UsageException, InterruptedException {
    Duration duration = arguments.seconds(SECONDS, 15);
    Path cache = arguments.path(OUTPUT, "headgate.aot").toAbsolutePath();
    JsonLog.install("ERROR");
    try {
      LoadResult loaded =
          new ConfigLoader(System::getenv, new PipelineChecks())
              .load(List.of(new ConfigSource("sink", SINK)), List.of());
      Gateway sink = Assembly.assemble(loaded.config(), Version.text());
      sink.start();
      try {
        Training.Result result =
            new Training(new SystemNanoClock(), InstantSource.system())
                .run(
                    Headgate.class.getName(),
                    sink.grpcPorts().getFirst(),
                    sink.httpPorts().getFirst(),
                    duration,
                    cache);
        System.out.println(
            "trained with "
                + result.requests()
                + " requests: "
                + cache
                + ", "
                + (result.cacheBytes() >> 20)
                + " MiB");
        return 0;
      } finally {
        sink.stop(Duration.ofSeconds(1));
      }
    } catch (ConfigException e) {
      return ConfigOptions.report(e);
    } catch (IOException e) {
      System.err.println("headgate: " + e.getMessage());
      return Headgate.FAILURE;
    }
  }
}
