package dev.headgate.pipeline.worker;

import java.time.Duration;
import java.util.Locale;

/// The answer to one export request, before a transport puts it into its own words.
public sealed interface IngestResult {
  /// Taken. With `rejectedItems` above zero, or with a message, an OTLP partial success.
  record Accepted(long rejectedItems, String message) implements IngestResult {}

  /// Refused whole, worth a retry after the delay: gRPC UNAVAILABLE + RetryInfo, HTTP 503 +
  /// `Retry-After`.
  record Overloaded(Duration retryAfter, RefusalReason reason) implements IngestResult {}

  /// Not OTLP: INVALID_ARGUMENT / 400.
  record Malformed(String message) implements IngestResult {}

  /// Larger than it may ever be: RESOURCE_EXHAUSTED without RetryInfo / 413.
  record TooLarge(String message) implements IngestResult {}

  /// No pipeline takes the signal: UNIMPLEMENTED / 404.
  record NoPipeline(String message) implements IngestResult {}

  /// A bug of ours: INTERNAL / 500.
  record Failed(String message) implements IngestResult {}

  /// The value of the label `reason` of a refusal.
  default String refusalLabel() {
    return switch (this) {
      case Accepted _ -> throw new IllegalStateException("result: Accepted (expected: a refusal)");
      case Overloaded overloaded -> overloaded.reason().name().toLowerCase(Locale.ROOT);
      case Malformed _ -> "malformed";
      case TooLarge _ -> "too_large";
      case NoPipeline _ -> "no_pipeline";
      case Failed _ -> "internal";
    };
  }

  /// Why a request was refused although it is fine.
  enum RefusalReason {
    /// The byte budget has no room.
    MEMORY,
    /// The workers' intake queue is full.
    INTAKE_FULL,
    /// A required exporter's queue is full.
    QUEUE_FULL,
    /// The client cannot be looked at now: too many passwords are being checked, or it failed.
    AUTHENTICATION,
    /// The gateway is stopping.
    SHUTTING_DOWN,
    /// The request waited as long as a request may wait.
    TIMEOUT
  }
}
