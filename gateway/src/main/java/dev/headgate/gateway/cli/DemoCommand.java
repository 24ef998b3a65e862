package dev.headgate.gateway.cli;

import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.ConfigSource;
import dev.headgate.config.load.LoadResult;
import dev.headgate.gateway.Assembly;
import dev.headgate.gateway.Gateway;
import dev.headgate.gateway.demo.Demo;
import dev.headgate.gateway.log.JsonLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// `headgate demo`: the first minute, without any backend.
final class DemoCommand {
  private static final CliOption SECONDS =
      new CliOption("--seconds", "", "N", "How long to play (default: 20).");
  private static final CliOption OUTPUT =
      new CliOption(
          "--output", "", "FILE", "Where the output goes (default: headgate-demo.jsonl).");

  static final Command COMMAND =
      new Command(
          "demo",
          "",
          "Play sample telemetry through a gateway on loopback and show what became of it.",
          List.of(SECONDS, OUTPUT),
          DemoCommand::run);

  private DemoCommand() {}

  private static int run(Arguments arguments) throws UsageException, InterruptedException {
    Duration duration = arguments.seconds(SECONDS, 20);
    Path file = arguments.path(OUTPUT, "headgate-demo.jsonl").toAbsolutePath();
    JsonLog.install("WARN");
    try {
      LoadResult loaded =
          new ConfigLoader(System::getenv, new PipelineChecks())
              .load(List.of(new ConfigSource("demo", Demo.yaml(file))), List.of());
      Gateway gateway = Assembly.assemble(loaded.config(), Version.text());
      gateway.start();
      Demo demo = new Demo(System.out, InstantSource.system());
      boolean fine = demo.play(gateway, loaded.config(), duration, file);
      return fine ? 0 : Headgate.FAILURE;
    } catch (ConfigException e) {
      return ConfigOptions.report(e);
    } catch (IOException e) {
      System.err.println("headgate: " + e.getMessage());
      return Headgate.FAILURE;
    }
  }
}
