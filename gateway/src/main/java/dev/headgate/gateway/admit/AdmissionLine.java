package dev.headgate.gateway.admit;

import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Reservation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/// Who waits for a part of a budget, in the order they came. The bytes they wait for are still the
/// clients', held back by TCP.
///
/// **Threading:** any thread; one short lock, held while the first is asked to reserve, and not
/// while anybody is told.
final class AdmissionLine {
  private static final int MOST = 128;

  // Those of whom a part has arrived come before those who have nothing.
  private final Queue<Turn> begun = new ArrayDeque<>();
  private final Queue<Turn> fresh = new ArrayDeque<>();
  // Written under the lock, read without it so that giving back costs one read.
  private volatile int size;
  private boolean closed;

  AdmissionLine(ByteBudget budget) {
    budget.onRoom(this::admit);
  }

  int size() {
    return size;
  }

  /// Takes somebody in; false: too many, or closed.
  ///
  /// @param first before those who have nothing yet
  boolean add(Turn turn, boolean first) {
    synchronized (this) {
      Queue<Turn> turns = first ? begun : fresh;
      if (closed || turns.size() >= MOST) {
        return false;
      }
      turns.add(turn);
      size = begun.size() + fresh.size();
    }
    admit(); // room may have come meanwhile
    return true;
  }

  private void admit() {
    while (size > 0) {
      Turn next;
      Reservation reservation;
      synchronized (this) {
        Queue<Turn> turns = begun.isEmpty() ? fresh : begun;
        next = turns.peek();
        reservation = next == null ? null : next.tryReserve();
        if (next == null || reservation == null) {
          return;
        }
        turns.remove();
        size = begun.size() + fresh.size();
      }
      next.grant(reservation);
    }
  }

  /// Whether it was still waiting; otherwise its reservation is on its way. What it waited for may
  /// be enough for the next.
  boolean remove(Turn turn) {
    boolean removed;
    synchronized (this) {
      removed = begun.remove(turn) || fresh.remove(turn);
      size = begun.size() + fresh.size();
    }
    admit();
    return removed;
  }

  /// Nobody gets anything any more.
  void close() {
    List<Turn> all = new ArrayList<>();
    synchronized (this) {
      closed = true;
      all.addAll(begun);
      all.addAll(fresh);
      begun.clear();
      fresh.clear();
      size = 0;
    }
    all.forEach(Turn::refuse);
  }
}
