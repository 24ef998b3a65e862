package dev.headgate.config.load;

import dev.headgate.config.GatewayConfig;
import java.util.List;

/// A valid configuration and what there is to say about it.
///
/// @param notices keys and components that have no effect, in the order of the file
/// @param maskedYaml all sources merged and expanded as one YAML text, secrets masked
public record LoadResult(GatewayConfig config, List<Notice> notices, String maskedYaml) {
  /// Copies the list.
  public LoadResult {
    notices = List.copyOf(notices);
  }
}
