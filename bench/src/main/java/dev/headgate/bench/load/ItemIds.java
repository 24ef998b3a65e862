package dev.headgate.bench.load;

/// The numbers that items carry, so that a sink can tell each from every other: a mark, the run and
/// a counter, put through a bijection where they have to look random (the low 56 bits of a trace id
/// decide what a sampler keeps).
final class ItemIds {
  /// The most items of one run that can be told apart.
  static final long MAX_ITEMS = 1L << 32;

  private static final int COUNTER_BITS = 40;
  private static final int RUN_BITS = 16;
  private static final long MARK = 0x5bL << COUNTER_BITS + RUN_BITS;

  /* The finaliser of SplitMix64: every bit of the result depends on every bit of the number. */
  private static final long FIRST = 0xbf58476d1ce4e5b9L;
  private static final long SECOND = 0x94d049bb133111ebL;
  /* Their inverses modulo 2^64. */
  private static final long FIRST_INVERSE = 0x96de1b173f119089L;
  private static final long SECOND_INVERSE = 0x319642b2d24d8ec3L;

  private ItemIds() {}

  /// The number of an item; never 0.
  static long number(int run, long counter) {
    return MARK | (run & 0xffffL) << COUNTER_BITS | counter;
  }

  /// Whether a number can be one of ours; of other 64-bit values one in 65,536 looks so.
  static boolean isNumber(long value) {
    return value >>> COUNTER_BITS + RUN_BITS == MARK >>> COUNTER_BITS + RUN_BITS
        && counter(value) < MAX_ITEMS;
  }

  /// The run of a number.
  static int run(long number) {
    return (int) (number >>> COUNTER_BITS) & 0xffff;
  }

  /// The counter of a number.
  static long counter(long number) {
    return number & (1L << COUNTER_BITS) - 1;
  }

  /// Scatters a number over all 64-bit values.
  static long scatter(long number) {
    long z = (number ^ number >>> 30) * FIRST;
    z = (z ^ z >>> 27) * SECOND;
    return z ^ z >>> 31;
  }

  /// The number that was scattered.
  static long gather(long scattered) {
    long z = (scattered ^ scattered >>> 31 ^ scattered >>> 62) * SECOND_INVERSE;
    z = (z ^ z >>> 27 ^ z >>> 54) * FIRST_INVERSE;
    return z ^ z >>> 30 ^ z >>> 60;
  }
}
