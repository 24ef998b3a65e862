package dev.headgate.config;

import java.util.List;

/// The `log_scrubber` processor; rules apply in order.
public record LogScrubberConfig(List<Rule> rules) implements ProcessorConfig {
  /// One replacement, RE2 syntax; `$1`, `${name}` refer to groups.
  public record Rule(String pattern, String replacement) {}
}
