package dev.headgate.config.load;

import dev.headgate.config.SamplerConfig;
import java.util.List;
import java.util.Map;

/// The `probabilistic_sampler` processor.
final class SamplerBlock {
  private static final SamplerConfig DEFAULT = SamplerConfig.DEFAULT;

  private static final Key<Double> PERCENTAGE =
      Key.of(
          "sampling_percentage",
          Types.number(0, Double.MAX_VALUE),
          DEFAULT.samplingPercentage(),
          "share of what is kept; 100 and more = all");
  private static final Key<SamplerConfig.Mode> MODE =
      Key.of("mode", Types.choiceOf(SamplerConfig.Mode.class), DEFAULT.mode(), "how it is decided");
  private static final Key<Long> HASH_SEED =
      Key.of(
          "hash_seed",
          Types.wholeNumber(0, 0xffff_ffffL),
          0L,
          "the same on all replicas, another one on the next tier");
  private static final Key<Integer> PRECISION =
      Key.of(
          "sampling_precision",
          Types.integer(1, 14),
          DEFAULT.samplingPrecision(),
          "hex digits of a written threshold");
  private static final Key<Boolean> FAIL_CLOSED =
      Key.of("fail_closed", Types.BOOL, DEFAULT.failClosed(), "drop what has no usable randomness");
  private static final Key<List<String>> ALWAYS_SAMPLE =
      Key.of(
          "always_sample",
          ListType.ofNames(Types.choice(Map.of("error", "error")), "`error`"),
          List.of(),
          "`[error]` keeps every span with status ERROR and every log record from"
              + " `error_severity_number` up");
  private static final Key<Integer> ERROR_SEVERITY =
      Key.of(
          "error_severity_number",
          Types.integer(1, 24),
          DEFAULT.errorSeverityNumber(),
          "least severity of a log record that is an error");
  private static final Key<SamplerConfig.AttributeSource> ATTRIBUTE_SOURCE =
      Key.of(
          "attribute_source",
          Types.choice(
              "traceID",
              SamplerConfig.AttributeSource.TRACE_ID,
              "record",
              SamplerConfig.AttributeSource.RECORD),
          DEFAULT.attributeSource(),
          "logs: where the randomness comes from");
  private static final Key<String> FROM_ATTRIBUTE =
      Key.of(
          "from_attribute",
          Types.TEXT,
          DEFAULT.fromAttribute(),
          "logs: attribute that holds the randomness");
  private static final Key<String> SAMPLING_PRIORITY =
      Key.of(
          "sampling_priority",
          Types.TEXT,
          DEFAULT.samplingPriority(),
          "logs: attribute that overrides the percentage");

  static final Block<SamplerConfig> BLOCK =
      Block.of(
          SamplerBlock::sampler,
          PERCENTAGE,
          MODE,
          HASH_SEED,
          PRECISION,
          FAIL_CLOSED,
          ALWAYS_SAMPLE,
          ERROR_SEVERITY,
          ATTRIBUTE_SOURCE,
          FROM_ATTRIBUTE,
          SAMPLING_PRIORITY);

  private SamplerBlock() {}

  private static SamplerConfig sampler(Values v) {
    return new SamplerConfig(
        v.get(PERCENTAGE),
        v.get(MODE),
        (int) (long) v.get(HASH_SEED),
        v.get(PRECISION),
        v.get(FAIL_CLOSED),
        !v.get(ALWAYS_SAMPLE).isEmpty(),
        v.get(ERROR_SEVERITY),
        v.get(ATTRIBUTE_SOURCE),
        v.get(FROM_ATTRIBUTE),
        v.get(SAMPLING_PRIORITY));
  }
}
