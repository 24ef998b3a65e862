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
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `headgate demo`: the first minute, without any backend.
@Command(
    name = "demo",
    description = "Play sample telemetry through a gateway on loopback and show what became of it.")
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "How long to play (default: ${DEFAULT-VALUE}).")
  private long seconds;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "headgate-demo.jsonl",
      description = "Where the output goes (default: ${DEFAULT-VALUE}).")
  private Path output = Path.of("headgate-demo.jsonl");

  @Override
  public Integer call() throws InterruptedException {
    if (seconds < 1) {
      System.err.println("headgate: --seconds: " + seconds + " (expected: at least 1)");
      return 2;
    }
    JsonLog.install("WARN");
    Path file = output.toAbsolutePath();
    try {
      LoadResult loaded =
          new ConfigLoader(System::getenv, new PipelineChecks())
              .load(List.of(new ConfigSource("demo", Demo.yaml(file))), List.of());
      Gateway gateway = Assembly.assemble(loaded.config(), Version.text());
      gateway.start();
      Demo demo = new Demo(System.out, InstantSource.system());
      boolean fine = demo.play(gateway, loaded.config(), Duration.ofSeconds(seconds), file);
      return fine ? 0 : Headgate.FAILURE;
    } catch (ConfigException e) {
      return ConfigOptions.report(e);
    } catch (IOException e) {
      System.err.println("headgate: " + e.getMessage());
      return Headgate.FAILURE;
    }
  }
}
