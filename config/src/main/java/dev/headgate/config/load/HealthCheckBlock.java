package dev.headgate.config.load;

import dev.headgate.config.HealthCheckConfig;
import dev.headgate.config.HostPort;

/// The `health_check` extension.
final class HealthCheckBlock {
  private static final HealthCheckConfig DEFAULT = HealthCheckConfig.DEFAULT;
  private static final Key<HostPort> ENDPOINT =
      Key.of("endpoint", Types.LISTEN, DEFAULT.endpoint(), "address to listen on");
  private static final Key<String> PATH =
      Key.of("path", Types.URL_PATH, DEFAULT.path(), "path that answers");

  static final Block<HealthCheckConfig> BLOCK =
      Block.of(v -> new HealthCheckConfig(v.get(ENDPOINT), v.get(PATH)), ENDPOINT, PATH)
          .harmless("the answer is fixed", "response_body")
          .harmless("the state of pipelines is in /readyz", "check_collector_pipeline")
          .harmless(
              "answers are a few bytes",
              "read_timeout",
              "read_header_timeout",
              "write_timeout",
              "idle_timeout")
          .unsupported("a proxy in front", "tls", "auth", "cors", "response_headers");

  private HealthCheckBlock() {}
}
