package dev.headgate.gateway.ops;

import dev.headgate.gateway.ops.Incident.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// What went wrong lately, the newest first, a bounded number.
///
/// **Threading:** any thread.
final class Incidents {
  /// How many are remembered.
  static final int CAPACITY = 50;

  private final InstantSource clock;
  private final List<Incident> incidents = new ArrayList<>();

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
    for (Iterator<Incident> all = incidents.reversed().iterator(); all.hasNext(); ) {
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
  void over(Kind kind, String subject, Duration quiet) {
    Instant seenBefore = clock.instant().minus(quiet);
    end(one -> one.is(kind, subject) && !one.last().isAfter(seenBefore));
  }

  /// It is over for everything that is not there any more.
  void overBut(Kind kind, Set<String> subjects) {
    end(one -> one.kind() == kind && !subjects.contains(one.subject()));
  }

  private synchronized void end(Predicate<Incident> which) {
    Instant now = clock.instant();
    incidents.replaceAll(one -> one.isOpen() && which.test(one) ? one.endedAt(now) : one);
  }

  /// All of them: what goes on first, then the newest.
  synchronized List<Incident> all() {
    List<Incident> sorted = new ArrayList<>(incidents);
    sorted.sort(
        Comparator.comparing((Incident one) -> !one.isOpen())
            .thenComparing(Incident::since, Comparator.reverseOrder()));
    return sorted;
  }
}
