package dev.headgate.config;

/// The `probabilistic_sampler` processor.
///
/// @param samplingPrecision hex digits of a written threshold, 1 to 14
/// @param alwaysSampleErrors `always_sample: [error]`
/// @param errorSeverityNumber least severity of a log record that is an error (default 17)
/// @param attributeSource where logs take their randomness from
/// @param fromAttribute name of the record attribute with the randomness, or empty
/// @param samplingPriority name of the record attribute that overrides the percentage, or empty
public record SamplerConfig(
    double samplingPercentage,
    Mode mode,
    int hashSeed,
    int samplingPrecision,
    boolean failClosed,
    boolean alwaysSampleErrors,
    int errorSeverityNumber,
    AttributeSource attributeSource,
    String fromAttribute,
    String samplingPriority)
    implements ProcessorConfig {

  /// How the decision is made.
  public enum Mode {
    HASH_SEED,
    PROPORTIONAL,
    EQUALIZING
  }

  /// Where a log record's randomness comes from.
  public enum AttributeSource {
    TRACE_ID,
    RECORD
  }
}
