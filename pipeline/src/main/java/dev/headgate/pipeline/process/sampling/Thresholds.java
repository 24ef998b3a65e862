package dev.headgate.pipeline.process.sampling;

import dev.headgate.pipeline.wire.WireWriter;

/// Rejection thresholds of consistent probability sampling (OpenTelemetry specification,
/// `trace/tracestate-probability-sampling.md`): numbers of 56 bits; an item is kept when its
/// randomness is not below the threshold.
final class Thresholds {
  /// Keeps everything.
  static final long ALWAYS = 0;

  /// Keeps nothing: one above the largest randomness.
  static final long NEVER = 1L << 56;

  /// The largest randomness.
  static final long MAX_RANDOMNESS = NEVER - 1;

  static final int DIGITS = 14;
  private static final int BITS = 4;
  private static final double SCALE = 0x1p56;
  static final double MIN_PROBABILITY = 0x1p-56;

  private Thresholds() {}

  /// Whether a probability can be expressed.
  static boolean inRange(double probability) {
    return probability >= MIN_PROBABILITY && probability <= 1;
  }

  /// The threshold of a probability that is in range, rounded to so many hex digits behind the
  /// leading `0` or `f` digits (those do not count, so that small and large probabilities keep
  /// their relative precision).
  static long ofProbability(double probability, int precisionDigits) {
    if (probability == 1) {
      return ALWAYS;
    }
    int precision = precisionDigits == 0 ? DIGITS : precisionDigits;
    int wanted =
        Math.max(
            precision + leadingDigits(probability), precision + leadingDigits(1 - probability));
    long threshold = NEVER - Math.round(probability * SCALE);
    int shift = BITS * (DIGITS - Math.min(DIGITS, wanted));
    if (shift == 0) {
      return threshold;
    }
    long half = 1L << (shift - 1);
    return ((threshold + half) >>> shift) << shift;
  }

  /* Java's exponent counts from [1, 2), C's frexp from [0.5, 1). */
  private static int leadingDigits(double value) {
    return (Math.getExponent(value) + 1) / -BITS;
  }

  /// The probability of a threshold.
  static double probability(long threshold) {
    return (double) (NEVER - threshold) / SCALE;
  }

  /// The threshold written as 1 to 14 hex digits without trailing zeros, or -1 when the text is not
  /// one. Trailing zeros and upper case are read too.
  static long parseThreshold(byte[] text, int from, int to) {
    int digits = to - from;
    if (digits < 1 || digits > DIGITS) {
      return -1;
    }
    long value = parseHex(text, from, to);
    return value < 0 ? -1 : value << (BITS * (DIGITS - digits));
  }

  /// The randomness written as exactly 14 hex digits, or -1 when the text is not one.
  static long parseRandomness(byte[] text, int from, int to) {
    return to - from == DIGITS ? parseHex(text, from, to) : -1;
  }

  private static long parseHex(byte[] text, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(text[i], 16);
      if (digit < 0) {
        return -1;
      }
      value = (value << BITS) | digit;
    }
    return value;
  }

  /// Appends a threshold below [#NEVER] without its trailing zeros.
  static void writeThreshold(WireWriter out, long threshold) {
    int digits = DIGITS;
    if (threshold == ALWAYS) {
      digits = 1;
    } else {
      digits -= Long.numberOfTrailingZeros(threshold) / BITS;
    }
    writeHex(out, threshold, digits);
  }

  /// Appends a randomness with all its digits.
  static void writeRandomness(WireWriter out, long randomness) {
    writeHex(out, randomness, DIGITS);
  }

  private static void writeHex(WireWriter out, long value, int digits) {
    out.writeHex(value << (Long.SIZE - BITS * DIGITS), digits);
  }
}
