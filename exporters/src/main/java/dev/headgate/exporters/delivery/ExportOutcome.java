package dev.headgate.exporters.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How one attempt to send ended. Messages come from backends: they are shown cut and escaped, and
/// never hold payload of ours.
public sealed interface ExportOutcome {
  /// All items taken, but for those that were not sent.
  record Delivered(Adjustments adjustments) implements ExportOutcome {
    /// All items were sent.
    public Delivered() {
      this(Adjustments.NONE);
    }
  }

  /// Taken but for `rejectedItems` (0 with a message is a warning) and for those that were not
  /// sent. Never resent.
  record Partial(long rejectedItems, String message, Adjustments adjustments)
      implements ExportOutcome {
    /// All items were sent.
    public Partial(long rejectedItems, String message) {
      this(rejectedItems, message, Adjustments.NONE);
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

  /// What was changed in a request so that its backend takes it: items that were left out, by
  /// reason, and attributes.
  ///
  /// @param unsupported items of a kind that the backend does not know
  /// @param invalid items without what it requires
  /// @param duplicate items that the request repeats later
  /// @param promotedIds attributes that became the field of their name
  /// @param repeatedIds attributes removed because the field of their name is set
  /// @param unusableKeys attributes removed because the backend can make no name of their key
  record Adjustments(
      int unsupported,
      int invalid,
      int duplicate,
      int promotedIds,
      int repeatedIds,
      int unusableKeys) {
    /// Everything was sent as it was.
    public static final Adjustments NONE = new Adjustments(0, 0, 0, 0, 0, 0);

    /// All items that were left out.
    public int items() {
      return unsupported + invalid + duplicate;
    }
  }
}
