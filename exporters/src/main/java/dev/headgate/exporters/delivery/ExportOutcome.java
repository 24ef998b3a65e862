package dev.headgate.exporters.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How one attempt to send ended. Messages come from backends: they are shown cut and escaped, and
/// never hold payload of ours.
public sealed interface ExportOutcome {
  /// All items taken.
  record Delivered() implements ExportOutcome {}

  /// Taken but for `rejectedItems` (0 with a message is a warning). Never resent.
  record Partial(long rejectedItems, String message) implements ExportOutcome {}

  /// Not taken; the same request may succeed later.
  ///
  /// @param delay what the backend asked to wait, or null
  /// @param errorType the value of the label `error_type`: a status code's name or an exception's
  ///   kind
  record Retryable(@Nullable Duration delay, String errorType, String message)
      implements ExportOutcome {}

  /// Not taken and never will be.
  record Permanent(String errorType, String message) implements ExportOutcome {}

  /// Too large for the backend; a part of it may be taken.
  record TooLarge(String errorType, String message) implements ExportOutcome {}
}
