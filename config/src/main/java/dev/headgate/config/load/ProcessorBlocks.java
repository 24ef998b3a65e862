package dev.headgate.config.load;

import dev.headgate.config.BatchConfig;
import dev.headgate.config.LogScrubberConfig;
import dev.headgate.config.MemoryLimiterConfig;
import dev.headgate.config.RulePack;
import java.time.Duration;
import java.util.List;

/// The smaller processors: `memory_limiter`, `log_scrubber` and `batch`.
final class ProcessorBlocks {
  private static final long MAX_MIB = 1L << 24;

  private static final Key<Duration> CHECK_INTERVAL =
      Key.of(
          "check_interval",
          Types.DURATION,
          Duration.ZERO,
          "accepted; the byte budget is exact at every moment and is not polled");
  private static final Key<Long> LIMIT_MIB =
      Key.of(
          "limit_mib",
          Types.wholeNumber(0, MAX_MIB),
          0L,
          "hard limit in MiB; wins over `limit_percentage`");
  private static final Key<Double> LIMIT_PERCENTAGE =
      Key.of(
          "limit_percentage",
          Types.number(0, 100),
          0.0,
          "hard limit in percent of the largest heap; with neither limit the budget is derived from"
              + " the heap");
  private static final Key<Long> SPIKE_MIB =
      Key.of(
          "spike_limit_mib",
          Types.wholeNumber(0, MAX_MIB),
          0L,
          "what stays free below the limit; 0 = a fifth of it");
  private static final Key<Double> SPIKE_PERCENTAGE =
      Key.of(
          "spike_limit_percentage",
          Types.number(0, 100),
          0.0,
          "the same in percent, beside `limit_percentage`; 0 = a fifth of it");

  static final Block<MemoryLimiterConfig> MEMORY_LIMITER =
      Block.of(
              ProcessorBlocks::memoryLimiter,
              CHECK_INTERVAL,
              LIMIT_MIB,
              LIMIT_PERCENTAGE,
              SPIKE_MIB,
              SPIKE_PERCENTAGE)
          .harmless(
              "the Java runtime collects garbage by itself",
              "min_gc_interval_when_soft_limited",
              "min_gc_interval_when_hard_limited",
              "max_gc_interval_when_soft_limited",
              "max_gc_interval_when_hard_limited");

  private static final Key<String> PATTERN =
      Key.required("pattern", Types.PATTERN, "what is replaced");
  private static final Key<String> REPLACEMENT =
      Key.required(
          "replacement",
          Types.TEXT,
          "by what; `$1` is a group, a named one is written `$${name}` (because `${...}` is a"
              + " variable)");
  private static final Block<LogScrubberConfig.Rule> RULE =
      Block.of(ProcessorBlocks::rule, PATTERN, REPLACEMENT);
  private static final Key<List<LogScrubberConfig.Rule>> RULES =
      Key.optional(
          "rules",
          ListType.of(RULE, "rules"),
          "two rules: the values of `access_token`, `refresh_token` and `session_token` in JSON,"
              + " and bearer tokens",
          "replacements in string bodies and nested body strings, in order");

  private static final Key<List<RulePack>> RULE_PACKS =
      Key.of(
          "rule_packs",
          Types.RULE_PACKS,
          List.of(),
          "`[secrets]` adds rules for what looks like a credential, behind `rules`; see"
              + " [secrets.md](secrets.md)");

  static final Block<LogScrubberConfig> LOG_SCRUBBER =
      Block.of(ProcessorBlocks::logScrubber, RULES, RULE_PACKS);

  private static final Key<Duration> TIMEOUT =
      Key.of(
          "timeout",
          Types.DURATION,
          BatchConfig.DEFAULT.timeout(),
          "a batch leaves when its oldest request is this old");
  private static final Key<Long> SEND_BATCH_SIZE =
      Key.of(
          "send_batch_size",
          Types.wholeNumber(0, Integer.MAX_VALUE),
          BatchConfig.DEFAULT.sendBatchSize(),
          "or when it holds so many items");
  private static final Key<Long> SEND_BATCH_MAX_SIZE =
      Key.of(
          "send_batch_max_size",
          Types.wholeNumber(0, Integer.MAX_VALUE),
          BatchConfig.DEFAULT.sendBatchMaxSize(),
          "and holds at most so many; 0 = limited by bytes only");

  static final Block<BatchConfig> BATCH =
      Block.of(
              v ->
                  new BatchConfig(
                      v.get(TIMEOUT), v.get(SEND_BATCH_SIZE), v.get(SEND_BATCH_MAX_SIZE)),
              TIMEOUT,
              SEND_BATCH_SIZE,
              SEND_BATCH_MAX_SIZE)
          .unsupported(
              "include_metadata on the receiver: tenants are never joined in one batch",
              "metadata_keys")
          .harmless("tenants are never joined in one batch", "metadata_cardinality_limit");

  private ProcessorBlocks() {}

  private static MemoryLimiterConfig memoryLimiter(Values v) {
    long limitMib = v.get(LIMIT_MIB);
    double limitPercentage = limitMib > 0 ? 0 : v.get(LIMIT_PERCENTAGE);
    long spikeMib = v.get(SPIKE_MIB);
    double spikePercentage = spikeMib > 0 ? 0 : v.get(SPIKE_PERCENTAGE);
    long spikeBytes = spikeMib << 20;
    // The Collector's default: a fifth of the limit.
    if (spikeMib == 0 && spikePercentage == 0) {
      spikeBytes = (limitMib << 20) / 5;
      spikePercentage = limitPercentage / 5;
    }
    return new MemoryLimiterConfig(limitMib << 20, limitPercentage, spikeBytes, spikePercentage);
  }

  private static LogScrubberConfig.Rule rule(Values v) {
    String pattern = v.get(PATTERN);
    String replacement = v.get(REPLACEMENT);
    String wrong = v.place().reading().checks().checkReplacement(pattern, replacement);
    if (wrong != null) {
      v.problem(REPLACEMENT, wrong + " (expected: groups that the pattern has)");
    }
    return new LogScrubberConfig.Rule(pattern, replacement);
  }

  private static LogScrubberConfig logScrubber(Values v) {
    List<LogScrubberConfig.Rule> rules = v.find(RULES);
    List<RulePack> packs = v.get(RULE_PACKS);
    if (rules == null) {
      return new LogScrubberConfig(LogScrubberConfig.DEFAULT.rules(), packs);
    }
    if (rules.isEmpty() && packs.isEmpty()) {
      v.problem(
          RULES,
          "an empty list (expected: at least one rule, rule_packs, or no key for the default)");
    }
    return new LogScrubberConfig(rules, packs);
  }
}
