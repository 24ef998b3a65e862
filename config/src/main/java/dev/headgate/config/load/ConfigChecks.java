package dev.headgate.config.load;

import org.jspecify.annotations.Nullable;

/// Checks of small languages inside the configuration, made by the modules that run them. Each
/// returns what is wrong with the text, or null.
public interface ConfigChecks {
  /// Whether RE2 compiles the pattern.
  @Nullable String checkPattern(String re2);

  /// Whether the (valid) pattern has groups, all of them with names.
  @Nullable String checkExtraction(String re2);

  /// Whether a replacement refers only to groups that the (valid) pattern has.
  @Nullable String checkReplacement(String re2, String replacement);

  /// Whether an OTTL condition parses.
  ///
  /// @param context the key it stands under: `span`, `spanevent`, `log_record`, `metric` or
  ///   `datapoint`
  @Nullable String checkCondition(String ottl, String context);
}
