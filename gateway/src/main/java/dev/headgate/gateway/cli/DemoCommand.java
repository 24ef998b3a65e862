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
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// `headgate demo`: the first minute, without any backend.
final class DemoCommand {
  private static final int GRPC_PORT = 4317;
  private static final int HTTP_PORT = 4318;

  private static final CliOption SECONDS =
      new CliOption("--seconds", "", "N", "How long to play (default: 20).");
  private static final CliOption OUTPUT =
      new CliOption(
          "--output", "", "FILE", "Where the output goes (default: headgate-demo.jsonl).");

  private static final CliOption GATEWAY =
      new CliOption(
          "--gateway",
          "",
          "HOST",
          "Play into a gateway that runs there already, on ports 4317 and 4318; no output file.");

  static final Command COMMAND =
      new Command(
          "demo",
          "",
          "Play sample telemetry through a gateway on loopback and show what became of it.",
          List.of(SECONDS, OUTPUT, GATEWAY),
          DemoCommand::run);

  private DemoCommand() {}

  private static int run(Arguments arguments) throws UsageException, InterruptedException {
    Duration duration = arguments.seconds(SECONDS, 20);
    Path file = arguments.path(OUTPUT, "headgate-demo.jsonl").toAbsolutePath();
    String host = host(arguments.last(GATEWAY, ""));
    JsonLog.install("WARN");
    try {
      Demo demo = new Demo(System.out, InstantSource.system());
      if (!host.isEmpty()) {
        boolean fine = demo.playInto(host, GRPC_PORT, HTTP_PORT, duration);
        return fine ? 0 : Headgate.FAILURE;
      }
      LoadResult loaded =
          new ConfigLoader(System::getenv, new PipelineChecks())
              .load(List.of(new ConfigSource("demo", Demo.yaml(file))), List.of());
      Gateway gateway = Assembly.assemble(loaded.config(), Version.text());
      gateway.start();
      boolean fine = demo.play(gateway, loaded.config(), duration, file);
      return fine ? 0 : Headgate.FAILURE;
    } catch (ConfigException e) {
      return ConfigOptions.report(e);
    } catch (IOException e) {
      System.err.println("headgate: " + e.getMessage());
      return Headgate.FAILURE;
    }
  }

  private static String host(String text) throws UsageException {
    try {
      if (text.isEmpty() || text.equals(new URI("http://" + text + "/").getHost())) {
        return text;
      }
    } catch (URISyntaxException e) {
      throw new UsageException(notHost(text));
    }
    throw new UsageException(notHost(text));
  }

  private static String notHost(String text) {
    return GATEWAY.name() + ": " + text + " (expected: the name or the address of a host)";
  }
}
