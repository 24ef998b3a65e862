package dev.headgate.gateway.admit;

import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Reservation;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who waits for a part of the budget, in the order they came. Who waits has nothing in memory that
/// counts: its bytes are still the client's, held back by TCP.
///
/// **Threading:** any thread; one short lock, not held while anybody is called.
final class WaitingRoom {
  private static final int MOST = 1024;

  private final ByteBudget budget;
  private final Queue<Turn> turns = new ArrayDeque<>();
  // Written under the lock, read without it so that giving back costs one read.
  private volatile int size;
  private boolean closed;

  WaitingRoom(ByteBudget budget) {
    this.budget = budget;
    budget.onRoom(this::admit);
  }

  int size() {
    return size;
  }

  /// Takes somebody in, or returns null: too many, or closed.
  ///
  /// @param spareBytes what is left to others besides
  /// @param loop where `then` is called, by whom this is called
  /// @param then gets the reservation, or null when the moment is over
  @Nullable Turn await(
      long bytes,
      long spareBytes,
      ScheduledExecutorService loop,
      Consumer<@Nullable Reservation> then) {
    Turn turn = new Turn(this, bytes, spareBytes, loop, then);
    synchronized (this) {
      if (closed || turns.size() >= MOST) {
        return null;
      }
      turns.add(turn);
      size = turns.size();
    }
    turn.begin();
    admit(); // room may have come meanwhile
    return turn;
  }

  private void admit() {
    while (size > 0) {
      Turn next;
      Reservation reservation;
      synchronized (this) {
        next = turns.peek();
        reservation = next == null ? null : next.tryReserve(budget);
        if (next == null || reservation == null) {
          return;
        }
        turns.remove();
        size = turns.size();
      }
      next.grant(reservation);
    }
  }

  /// Whether it was still waiting; otherwise its reservation is on its way.
  synchronized boolean remove(Turn turn) {
    boolean removed = turns.remove(turn);
    size = turns.size();
    return removed;
  }

  /// Nobody gets anything any more.
  void close() {
    List<Turn> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(turns);
      turns.clear();
      size = 0;
    }
    all.forEach(Turn::refuse);
  }
}
