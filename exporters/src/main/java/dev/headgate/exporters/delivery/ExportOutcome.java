package dev.headgate.exporters.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How one attempt to send ended. Messages come from backends: they are shown cut and escaped, and
/// never hold payload of ours.
public sealed interface ExportOutcome {
  /// All items taken, but for those that were not sent.
  record Delivered(Unsent unsent) implements ExportOutcome {
    /// All items were sent.
    public Delivered() {
      this(Unsent.NONE);
    }
  }

  /// Taken but for `rejectedItems` (0 with a message is a warning) and for those that were not
  /// sent. Never resent.
  record Partial(long rejectedItems, String message, Unsent unsent) implements ExportOutcome {
    /// All items were sent.
    public Partial(long rejectedItems, String message) {
      this(rejectedItems, message, Unsent.NONE);
    }
  }

  /// Not taken; the same request may succeed later.
  ///
  /// @param delay what the backend asked to wait, or null
  /// @param errorType the value of the label `error_type`: a status code's name or an exception's
  ///   kind
  record Retryable(@Nullable Duration delay, String errorType, String message)
      implements ExportOutcome {}

  /// Not taken, and the same request never will be.
  record Permanent(String errorType, String message, Remedy remedy) implements ExportOutcome {}

  /// Too large for the backend; a part of it may be taken.
  record TooLarge(String errorType, String message) implements ExportOutcome {}

  /// What may save the innocent part of a request that was refused for good.
  enum Remedy {
    /// Nothing: everything would be refused alike, or what can be saved is stored already.
    NONE,
    /// The payloads it was joined from, each once on its own.
    ISOLATE,
    /// That, and then parts of the payload that is refused: the backend takes a request whole or
    /// not at all.
    BISECT
  }

  /// Items that were left out of a request because its backend cannot take them, by reason.
  ///
  /// @param unsupported of a kind that it does not know
  /// @param invalid without what it requires
  /// @param duplicate repeated later in the request
  record Unsent(int unsupported, int invalid, int duplicate) {
    /// Everything was sent.
    public static final Unsent NONE = new Unsent(0, 0, 0);

    /// All of them.
    public int items() {
      return unsupported + invalid + duplicate;
    }
  }
}
