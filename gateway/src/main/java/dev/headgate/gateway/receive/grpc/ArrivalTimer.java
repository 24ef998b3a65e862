package dev.headgate.gateway.receive.grpc;

import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Ends a call whose message does not come. A message is given its time again as often as a fair
/// piece of it arrived.
///
/// **Threading:** confined to the call's event loop.
final class ArrivalTimer {
  /// What of a message has to arrive in its time, in bytes.
  private static final long FAIR_BYTES = 64 << 10;

  /// The time of what is reserved before it comes: a client holds room then with a few bytes.
  /// Longer than what the gateway itself may leave a connection unread, or a refused call hold its
  /// window.
  private static final Duration RESERVED_TIME = Duration.ofSeconds(5);

  private final LongSupplier arrived;
  private final EventExecutor loop;
  private final Runnable onLate;
  private Duration time;
  private long arrivedBytes;
  private @Nullable ScheduledFuture<?> running;

  /// @param arrived what of the message has arrived, in bytes
  /// @param time in which the next piece, or the end, must arrive; zero = no limit
  /// @param onLate called on the loop, once
  ArrivalTimer(LongSupplier arrived, Duration time, EventExecutor loop, Runnable onLate) {
    this.arrived = arrived;
    this.time = time;
    this.loop = loop;
    this.onLate = onLate;
  }

  /// From now on.
  void start() {
    if (time.isPositive()) {
      arrivedBytes = arrived.getAsLong();
      running = loop.schedule(this::look, time.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /// From now on, and faster: the message is reserved.
  void startReserved() {
    stop();
    if (!time.isPositive() || time.compareTo(RESERVED_TIME) > 0) {
      time = RESERVED_TIME;
    }
    start();
  }

  private void look() {
    if (arrived.getAsLong() - arrivedBytes >= FAIR_BYTES) {
      start();
    } else {
      onLate.run();
    }
  }

  /// The message is complete, or not wanted any more.
  void stop() {
    ScheduledFuture<?> before = running;
    running = null;
    if (before != null) {
      before.cancel(false);
    }
  }
}
