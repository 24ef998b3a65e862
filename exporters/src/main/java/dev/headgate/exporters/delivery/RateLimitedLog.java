package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.log.ForeignText;
import dev.headgate.pipeline.payload.NanoClock;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;

/// Warnings about one exporter, each kind at most once in ten seconds, with the number that was
/// held back.
///
/// **Threading:** any thread.
final class RateLimitedLog {
  private static final long INTERVAL_NANOS = 10_000_000_000L;
  private static final int MAX_MESSAGE_CHARS = 200;

  /// What is warned of.
  enum Kind {
    RETRYING("will be sent again"),
    PARTIAL("was taken in part"),
    SOFT_ERROR("was taken, but an unknown number of its items may not have been"),
    DROPPED("was given up"),
    POISON("is what the backend refuses a request for, and was given up"),
    NO_OUTCOME("is sent again because the transport never said what became of it"),
    ISOLATED("was refused as a whole and is sent again payload by payload"),
    BISECTED("was refused as a whole and is sent again in parts to find out why"),
    SPLIT("was too large and is sent again in parts"),
    WHOLE("could not be split"),
    UNMEASURED("could not be measured"),
    QUEUE_FULL("found no room in the queue");

    private final String what;

    Kind(String what) {
      this.what = what;
    }
  }

  private final Logger log;
  private final NanoClock clock;
  private final String exporterId;
  private final Map<Kind, Last> lasts = new EnumMap<>(Kind.class);

  RateLimitedLog(Logger log, NanoClock clock, String exporterId) {
    this.log = log;
    this.clock = clock;
    this.exporterId = exporterId;
  }

  /// Warns, or counts the warning.
  ///
  /// @param cause a word of ours or of the transport's
  /// @param message what the backend said, shown cut and escaped; empty when it said nothing
  void warn(Kind kind, long items, String cause, String message) {
    warn(kind, items, () -> message.isEmpty() ? cause : cause + ": " + shown(message));
  }

  /// Warns, or counts the warning.
  ///
  /// @param why in words of ours; only asked for when a line is written
  void warn(Kind kind, long items, Supplier<String> why) {
    long suppressed;
    synchronized (this) {
      long now = clock.nanoTime();
      Last last = lasts.get(kind);
      if (last != null && now - last.nanos < INTERVAL_NANOS) {
        last.heldBack++;
        return;
      }
      if (last == null) {
        last = new Last();
        lasts.put(kind, last);
      }
      last.nanos = now;
      suppressed = last.heldBack;
      last.heldBack = 0;
    }
    log.warn(
        "exporter {}: a request of {} items {}: {} ({} more since the last warning)",
        exporterId,
        items,
        kind.what,
        why.get(),
        suppressed);
  }

  private static String shown(String text) {
    String line = ForeignText.line(text, MAX_MESSAGE_CHARS);
    return text.length() > MAX_MESSAGE_CHARS ? line + "..." : line;
  }

  /// When a kind was logged last, and what was held back since.
  private static final class Last {
    private long nanos;
    private long heldBack;
  }
}
