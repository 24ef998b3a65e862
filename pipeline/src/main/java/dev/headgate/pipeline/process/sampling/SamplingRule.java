package dev.headgate.pipeline.process.sampling;

import dev.headgate.config.SamplerConfig;

/// The configured probability and mode, and nothing else: together with the randomness of an item
/// it decides.
///
/// The arithmetic is that of the Collector 0.155.0 to the bit, single precision included, so that
/// replicas of either program agree.
final class SamplingRule {
  private static final int BUCKETS = 1 << 14;
  private static final int BUCKET_SHIFT = 42;
  private static final int FNV_OFFSET = 0x811c9dc5;
  private static final int FNV_PRIME = 0x01000193;

  private final Kind kind;
  private final int precisionDigits;
  private final double ratio;
  private final long threshold;
  private final boolean everything;
  private final int seededHash;

  /// How a threshold comes about.
  enum Kind {
    NEVER,
    HASH,
    EQUALIZING,
    PROPORTIONAL
  }

  SamplingRule(SamplerConfig config) {
    float percentage = Math.min(100, (float) config.samplingPercentage());
    precisionDigits = config.samplingPrecision();
    ratio = Math.max(percentage / 100.0, Thresholds.MIN_PROBABILITY);
    everything = percentage >= 100;
    seededHash = fnvSeed(config.hashSeed());
    int buckets = (int) (percentage * (BUCKETS / 100f));
    kind = kind(config.mode(), percentage, buckets);
    threshold =
        switch (kind) {
          case NEVER -> Thresholds.NEVER;
          case HASH -> (long) (BUCKETS - buckets) << BUCKET_SHIFT;
          case EQUALIZING, PROPORTIONAL -> Thresholds.ofProbability(ratio, precisionDigits);
        };
  }

  private static Kind kind(SamplerConfig.Mode mode, float percentage, int buckets) {
    // Negated, so that NaN never samples.
    if (!(percentage > 0)) {
      return Kind.NEVER;
    }
    return switch (mode) {
      case HASH_SEED -> buckets == 0 ? Kind.NEVER : Kind.HASH;
      case EQUALIZING -> Kind.EQUALIZING;
      case PROPORTIONAL -> Kind.PROPORTIONAL;
    };
  }

  Kind kind() {
    return kind;
  }

  /// Whether the configured percentage is 100 or more.
  boolean everything() {
    return everything;
  }

  int precisionDigits() {
    return precisionDigits;
  }

  /// The threshold for an item that arrived with a threshold, or with -1 for none.
  long threshold(long incoming) {
    return switch (kind) {
      case NEVER -> Thresholds.NEVER;
      case HASH -> threshold;
      case EQUALIZING -> Math.max(incoming, threshold);
      case PROPORTIONAL -> incoming < 0 ? threshold : multiplied(incoming);
    };
  }

  private long multiplied(long incoming) {
    double probability = Thresholds.probability(incoming) * ratio;
    return Thresholds.inRange(probability)
        ? Thresholds.ofProbability(probability, precisionDigits)
        : Thresholds.NEVER;
  }

  /// The 56 bits that the mode `hash_seed` writes as `rv`: FNV-1a of the seed and the bytes, its
  /// low 14 bits inverted on top because the Collector once kept the *low* buckets, then the other
  /// bits mixed, then the bucket.
  long hash(byte[] bytes, int from, int to) {
    int hash = seededHash;
    for (int i = from; i < to; i++) {
      hash = (hash ^ (bytes[i] & 0xff)) * FNV_PRIME;
    }
    long bucket = hash & (BUCKETS - 1);
    long rest = Integer.toUnsignedLong(hash) >>> 18;
    long mixed = rest ^ (rest << 10);
    return ((BUCKETS - 1 - bucket) << BUCKET_SHIFT) | (mixed << 14) | bucket;
  }

  private static int fnvSeed(int seed) {
    int hash = FNV_OFFSET;
    for (int shift = 0; shift < 32; shift += 8) {
      hash = (hash ^ ((seed >>> shift) & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
