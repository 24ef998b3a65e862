package dev.headgate.config.load;

import dev.headgate.config.GatewayConfig;
import java.util.List;

/// A valid configuration and what there is to say about it.
///
/// @param notices keys and components that have no effect, in the order of the file
/// @param places where the keys stand
/// @param maskedYaml all sources merged and expanded as one YAML text, secrets masked
public record LoadResult(
    GatewayConfig config, List<Notice> notices, String maskedYaml, KeyPlaces places) {
  /// Copies the list.
  public LoadResult {
    notices = List.copyOf(notices);
  }

  /// A problem that shows only when the configuration is to run, with the place of its key.
  ///
  /// @param keys the way to the key, such as `exporters`, `otlp/a`, `endpoint`
  public Problem problem(List<String> keys, String message) {
    return places.problem(keys, message);
  }
}
