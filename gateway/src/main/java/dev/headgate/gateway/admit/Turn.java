package dev.headgate.gateway.admit;

import dev.headgate.pipeline.payload.Reservation;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One who waits for a part of the budget for [Admission#MOMENT] at most.
///
/// **Threading:** [#cancel] and the call at its end on its event loop.
///
/// **Ownership:** a reservation that comes too late is given back.
public final class Turn {
  private final AdmissionLine line;
  private final Supplier<@Nullable Reservation> room;
  private final ScheduledExecutorService loop;
  private final Consumer<@Nullable Reservation> then;
  private @Nullable Future<?> timeout;
  private boolean over;

  Turn(
      AdmissionLine line,
      Supplier<@Nullable Reservation> room,
      ScheduledExecutorService loop,
      Consumer<@Nullable Reservation> then) {
    this.line = line;
    this.room = room;
    this.loop = loop;
    this.then = then;
  }

  /// False: there is no place in the line.
  boolean begin(boolean first) {
    if (!line.add(this, first)) {
      return false;
    }
    timeout = loop.schedule(this::expire, Admission.MOMENT.toNanos(), TimeUnit.NANOSECONDS);
    return true;
  }

  @Nullable Reservation tryReserve() {
    return room.get();
  }

  /// Any thread.
  void grant(Reservation reservation) {
    try {
      loop.execute(() -> {
        if (over) {
          reservation.release();
        } else {
          end(reservation);
        }
      });
    } catch (RejectedExecutionException e) {
      reservation.release(); // the loop has ended, and its connections with it
    }
  }

  /// Any thread, of one that was taken out of the room.
  void refuse() {
    try {
      loop.execute(() -> {
        if (!over) {
          end(null);
        }
      });
    } catch (RejectedExecutionException e) {
      over = true;
    }
  }

  /// Looks once more: room that nobody gives back, but whose time has come, is announced to nobody.
  private void expire() {
    if (over) {
      return;
    }
    Reservation last = room.get();
    if (line.remove(this)) {
      end(last);
    } else if (last != null) {
      last.release();
    }
  }

  private void end(@Nullable Reservation reservation) {
    stop();
    then.accept(reservation);
  }

  private void stop() {
    over = true;
    Future<?> running = timeout;
    if (running != null) {
      running.cancel(false);
    }
  }

  /// Waits no longer; nobody is called.
  public void cancel() {
    if (!over) {
      stop();
      boolean _ = line.remove(this);
    }
  }
}
