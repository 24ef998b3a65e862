package dev.headgate.pipeline.log;

import dev.headgate.pipeline.payload.NanoClock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/// A log that writes at most one line per key and interval, and says in the next one how many it
/// left out. Keys are few and fixed by the program or the configuration; beyond [#MAX_KEYS] all
/// others share one.
///
/// **Threading:** any thread.
public final class RateLimitedLog {
  /// How many keys have an interval of their own.
  public static final int MAX_KEYS = 256;

  private static final String OTHER_KEYS = "";

  private final Logger logger;
  private final NanoClock clock;
  private final long intervalNanos;
  private final ConcurrentHashMap<String, Line> lines = new ConcurrentHashMap<>();

  /// @param interval how long a key is silent after a line
  public RateLimitedLog(Logger logger, NanoClock clock, Duration interval) {
    this.logger = logger;
    this.clock = clock;
    this.intervalNanos = interval.toNanos();
  }

  /// Warns, or counts a warning left out.
  ///
  /// @param message without payload content or secrets
  public void warn(String key, String message) {
    log(Level.WARN, key, message);
  }

  /// Reports an error, or counts one left out.
  ///
  /// @param message without payload content or secrets
  public void error(String key, String message) {
    log(Level.ERROR, key, message);
  }

  private void log(Level level, String key, String message) {
    long leftOut = line(key).tryWrite(clock.nanoTime());
    if (leftOut == 0) {
      logger.atLevel(level).log(message);
    } else if (leftOut > 0) {
      logger.atLevel(level).log("{} ({} more like it were not logged)", message, leftOut);
    }
  }

  private Line line(String key) {
    Line line = lines.get(key);
    if (line == null) {
      String bounded = lines.size() < MAX_KEYS ? key : OTHER_KEYS;
      line = lines.computeIfAbsent(bounded, _ -> new Line());
    }
    return line;
  }

  /// When a key was last written and what was left out since.
  private final class Line {
    private @Nullable Long lastNanos;
    private long leftOut;

    /// How many lines were left out before this one, or -1 when this one is left out too.
    private synchronized long tryWrite(long nowNanos) {
      Long last = lastNanos;
      if (last != null && nowNanos - last < intervalNanos) {
        leftOut++;
        return -1;
      }
      long before = leftOut;
      lastNanos = nowNanos;
      leftOut = 0;
      return before;
    }
  }
}
