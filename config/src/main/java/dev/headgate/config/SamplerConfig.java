package dev.headgate.config;

/// The `probabilistic_sampler` processor.
///
/// @param samplingPercentage share of what is kept; 100 and more = all
/// @param hashSeed the seed of `hash_seed`, 32 bits without sign
/// @param samplingPrecision hex digits of a written threshold, 1 to 14
/// @param failClosed whether items without usable randomness are dropped
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
  /// The Collector's defaults; its percentage is 0.
  public static final SamplerConfig DEFAULT =
      new SamplerConfig(0, Mode.HASH_SEED, 0, 4, true, false, 17, AttributeSource.TRACE_ID, "", "");

  /// Checks the ranges.
  public SamplerConfig {
    Require.inRange("sampling_percentage", samplingPercentage, 0, Double.MAX_VALUE);
    Require.inRange("sampling_precision", samplingPrecision, 1, 14);
    Require.inRange("error_severity_number", errorSeverityNumber, 1, 24);
  }

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
