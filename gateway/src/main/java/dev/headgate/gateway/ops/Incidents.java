package dev.headgate.gateway.ops;

import dev.headgate.gateway.ops.Incident.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/// What went wrong lately, the newest first, a bounded number.
///
/// **Threading:** any thread.
final class Incidents {
  /// How many are remembered.
  static final int CAPACITY = 50;

  private final InstantSource clock;
  private final Deque<Incident> incidents = new ArrayDeque<>();

  Incidents(InstantSource clock) {
    this.clock = clock;
  }

  /// Something is wrong: an incident begins, or goes on.
  synchronized void seen(Kind kind, String subject, String detail) {
    Instant now = clock.instant();
    Instant since = now;
    for (Iterator<Incident> all = incidents.iterator(); all.hasNext(); ) {
      Incident one = all.next();
      if (one.isOpen() && one.is(kind, subject)) {
        since = one.since();
        all.remove();
      }
    }
    incidents.addFirst(new Incident(kind, subject, detail, since, now, null));
    if (incidents.size() > CAPACITY) {
      forgetOne();
    }
  }

  /// The oldest that is over, or else the oldest.
  private void forgetOne() {
    for (Iterator<Incident> all = incidents.descendingIterator(); all.hasNext(); ) {
      if (!all.next().isOpen()) {
        all.remove();
        return;
      }
    }
    incidents.removeLast();
  }

  /// It is over, if it ever was.
  void over(Kind kind, String subject) {
    over(kind, subject, Duration.ZERO);
  }

  /// It is over once it was not seen for a while.
  synchronized void over(Kind kind, String subject, Duration quiet) {
    Instant now = clock.instant();
    List<Incident> all = new ArrayList<>(incidents);
    incidents.clear();
    for (Incident one : all) {
      boolean ends = one.isOpen() && one.is(kind, subject) && !now.isBefore(one.last().plus(quiet));
      incidents.addLast(
          ends ? new Incident(kind, subject, one.detail(), one.since(), one.last(), now) : one);
    }
  }

  /// All of them: what goes on first, then the newest.
  synchronized List<Incident> all() {
    List<Incident> sorted = new ArrayList<>();
    incidents.stream().filter(Incident::isOpen).forEach(sorted::add);
    incidents.stream().filter(one -> !one.isOpen()).forEach(sorted::add);
    return sorted;
  }
}
