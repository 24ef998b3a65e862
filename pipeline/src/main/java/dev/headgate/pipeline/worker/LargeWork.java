package dev.headgate.pipeline.worker;

import java.util.concurrent.locks.ReentrantLock;

/// One turn for all workers: large requests are decoded and processed one after the other. Every
/// step of a chain makes a copy of what it changes; the budget covers what waits, but the copies of
/// several large requests at once would not fit beside it.
///
/// **Threading:** any thread; a turn is taken and ended by the same one.
public final class LargeWork {
  private volatile long largeBytes;
  private final ReentrantLock turn = new ReentrantLock(true);

  /// @param largeBytes from what size on a request waits for its turn
  public LargeWork(long largeBytes) {
    this.largeBytes = largeBytes;
  }

  /// Nothing is large, so nobody waits.
  public static LargeWork none() {
    return new LargeWork(Long.MAX_VALUE);
  }

  /// Changes from what size on a request waits for its turn.
  public void largeFrom(long bytes) {
    largeBytes = bytes;
  }

  /// Waits for the turn if this many bytes are large and the thread does not have it already.
  void begin(long bytes) {
    if (bytes >= largeBytes && !turn.isHeldByCurrentThread()) {
      turn.lock();
    }
  }

  /// Ends the turn if the thread has it.
  void end() {
    if (turn.isHeldByCurrentThread()) {
      turn.unlock();
    }
  }
}
