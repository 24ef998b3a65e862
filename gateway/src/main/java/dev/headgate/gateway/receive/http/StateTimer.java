package dev.headgate.gateway.receive.http;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The timer of a handler's state, of which there is one at a time. The time starts anew as often
/// as a fair piece of a body arrived within it: who sends a byte now and then must not hold the
/// memory of a large body.
///
/// **Threading:** confined to the connection's event loop.
final class StateTimer {
  /// What has to arrive for the time to start anew, in bytes.
  private static final long FAIR_BYTES = 64 << 10;

  private @Nullable ScheduledFuture<?> running;
  private long arrivedBytes;

  /// Starts the timer in place of the one before.
  ///
  /// @param timeout zero for no limit
  /// @param onLate runs on the event loop when too little arrived in time
  void start(EventExecutor executor, Duration timeout, Runnable onLate) {
    stop();
    arrivedBytes = 0;
    if (timeout.isPositive()) {
      running =
          executor.schedule(
              () -> expire(executor, timeout, onLate), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /// Counts what arrived of a body.
  void arrived(int bytes) {
    arrivedBytes += bytes;
  }

  boolean isRunning() {
    return running != null;
  }

  void stop() {
    ScheduledFuture<?> stopped = running;
    running = null;
    if (stopped != null) {
      stopped.cancel(false);
    }
  }

  private void expire(EventExecutor executor, Duration timeout, Runnable onLate) {
    if (arrivedBytes >= FAIR_BYTES) {
      start(executor, timeout, onLate);
    } else {
      onLate.run();
    }
  }
}
