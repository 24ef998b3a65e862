package dev.headgate.bench.load;

/// When requests are due: a fixed rate from a start on, whatever became of those before. Without a
/// rate a request is due whenever somebody can send it.
final class Schedule {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double requestsPerSecond;
  private final long startNanos;
  private long taken;

  /// Creates a schedule.
  ///
  /// @param requestsPerSecond 0 = no rate
  Schedule(double requestsPerSecond, long startNanos) {
    this.requestsPerSecond = requestsPerSecond;
    this.startNanos = startNanos;
  }

  /// Whether a request is due.
  boolean isDue(long nowNanos) {
    return requestsPerSecond == 0 || dueNanos(taken) <= nowNanos;
  }

  /// Takes the next request.
  ///
  /// @return when it was to be sent
  long take(long nowNanos) {
    long due = requestsPerSecond == 0 ? nowNanos : dueNanos(taken);
    taken++;
    return due;
  }

  private long dueNanos(long request) {
    return startNanos + (long) (request * (NANOS_PER_SECOND / requestsPerSecond));
  }

  /// How many requests are due from the start of the schedule to a time, that time excluded.
  long dueBefore(long nanos) {
    if (requestsPerSecond == 0 || nanos <= startNanos) {
      return 0;
    }
    long guess = (long) ((nanos - startNanos) * (requestsPerSecond / NANOS_PER_SECOND));
    while (dueNanos(guess) < nanos) {
      guess++;
    }
    while (guess > 0 && dueNanos(guess - 1) >= nanos) {
      guess--;
    }
    return guess;
  }

  /// How many requests were taken.
  long taken() {
    return taken;
  }

  /// Whether there is a rate.
  boolean isFixed() {
    return requestsPerSecond > 0;
  }

  /// The time between two requests; 0 without a rate.
  long periodNanos() {
    return requestsPerSecond == 0 ? 0 : (long) (NANOS_PER_SECOND / requestsPerSecond);
  }
}
