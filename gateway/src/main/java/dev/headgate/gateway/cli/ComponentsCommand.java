package dev.headgate.gateway.cli;

import java.util.List;
import picocli.CommandLine.Command;

/// `headgate components`.
@Command(name = "components", description = "List the components that a configuration may use.")
final class ComponentsCommand implements Runnable {
  private static final List<String> LINES =
      List.of(
          "receivers:",
          "  otlp",
          "processors:",
          "  memory_limiter",
          "  redaction",
          "  log_scrubber",
          "  probabilistic_sampler",
          "  filter",
          "  attributes",
          "  resource",
          "  cardinality_guard",
          "  batch",
          "exporters:",
          "  otlp (otlp_grpc)",
          "  otlphttp (otlp_http)",
          "  file",
          "  debug",
          "  nop",
          "extensions:",
          "  health_check");

  @Override
  public void run() {
    LINES.forEach(System.out::println);
  }
}
