package dev.headgate.pipeline.process.secrets;

/// Two offsets in one number, so that finding nothing, and something, costs no object.
final class Span {
  /// No span.
  static final long NONE = -1;

  private Span() {}

  static long of(int from, int to) {
    return (long) from << 32 | to;
  }

  static int from(long span) {
    return (int) (span >>> 32);
  }

  static int to(long span) {
    return (int) span;
  }
}
