package dev.headgate.config;

import java.util.List;

/// The `log_scrubber` processor; rules apply in order, packs behind them.
public record LogScrubberConfig(List<Rule> rules, List<RulePack> rulePacks)
    implements ProcessorConfig {
  /// Tokens in JSON and in authorization headers.
  public static final LogScrubberConfig DEFAULT =
      new LogScrubberConfig(
          List.of(
              new Rule(
                  "\"(access_token|refresh_token|session_token)\"\\s*:\\s*\"[^\"]*\"",
                  "\"$1\":\"[REDACTED]\""),
              new Rule("Bearer\\s+[A-Za-z0-9\\-._~+/]+=*", "Bearer [REDACTED]")),
          List.of());

  /// Copies the lists.
  public LogScrubberConfig {
    rules = List.copyOf(rules);
    rulePacks = List.copyOf(rulePacks);
  }

  /// One replacement, RE2 syntax; `$1`, `${name}` refer to groups.
  public record Rule(String pattern, String replacement) {}
}
