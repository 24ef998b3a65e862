package dev.headgate.gateway.admit;

import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Reservation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Who waits for a part of the budget, in the order they came. Their bytes are still the clients',
/// held back by TCP, but for what was read with the head of a request: 64 KiB of direct memory at
/// most for each.
///
/// **Threading:** any thread; one short lock, not held while anybody is called.
final class AdmissionLine {
  private static final int MOST = 128;

  private final ByteBudget budget;
  private final Deque<Turn> turns = new ArrayDeque<>();
  // Written under the lock, read without it so that giving back costs one read.
  private volatile int size;
  private boolean closed;

  AdmissionLine(ByteBudget budget) {
    this.budget = budget;
    budget.onRoom(this::admit);
  }

  int size() {
    return size;
  }

  /// Takes somebody in; false: too many, or closed.
  ///
  /// @param first before all others, who have nothing yet
  boolean add(Turn turn, boolean first) {
    synchronized (this) {
      if (closed || turns.size() >= MOST) {
        return false;
      }
      if (first) {
        turns.addFirst(turn);
      } else {
        turns.addLast(turn);
      }
      size = turns.size();
    }
    admit(); // room may have come meanwhile
    return true;
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

  /// Whether it was still waiting; otherwise its reservation is on its way. What it waited for may
  /// be enough for the next.
  boolean remove(Turn turn) {
    boolean removed;
    synchronized (this) {
      removed = turns.remove(turn);
      size = turns.size();
    }
    admit();
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
