package dev.headgate.gateway.receive.connection;

/// Weighs an HTTP/2 connection's frames that carry nothing (SETTINGS, PING, PRIORITY,
/// WINDOW_UPDATE, empty DATA, unknown ones) against those that do. Honest clients send a few with
/// every answer; a flood of them costs the gateway work, and answers that nobody reads.
///
/// **Threading:** confined to the connection's event loop.
final class FrameMeter {
  private static final int MOST = 1_000;
  private static final int PER_USEFUL_FRAME = 10;
  private static final int PER_SECOND = 50;
  private static final long NANOS_PER_FRAME = 1_000_000_000L / PER_SECOND;

  private long credit = MOST;
  private long refilledNanos;

  FrameMeter(long nowNanos) {
    refilledNanos = nowNanos;
  }

  void useful() {
    credit = Math.min(MOST, credit + PER_USEFUL_FRAME);
  }

  boolean control(long nowNanos) {
    if (--credit > 0) {
      return true;
    }
    long earned = (nowNanos - refilledNanos) / NANOS_PER_FRAME;
    refilledNanos = nowNanos;
    credit = Math.min(MOST, credit + earned);
    return credit > 0;
  }
}
