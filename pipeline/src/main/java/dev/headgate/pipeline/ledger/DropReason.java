package dev.headgate.pipeline.ledger;

import java.util.Locale;

/// Why items of an acknowledged request did not reach a backend, and at which stage that was
/// decided.
public enum DropReason {
  /// The sampler decided against them.
  SAMPLED(Stage.PROCESS),
  /// A filter condition held.
  FILTERED(Stage.PROCESS),
  /// Their series is over the cardinality budget.
  CARDINALITY(Stage.PROCESS),
  /// A processor failed on the payload; it is never passed on half-processed.
  PROCESSOR_ERROR(Stage.PROCESS),
  /// One of several exporters had no room and is not required.
  QUEUE_FULL(Stage.QUEUE),
  /// Newer data pushed them out (`overflow: drop_oldest`).
  DROPPED_OLDEST(Stage.QUEUE),
  /// The backend refused them for good.
  PERMANENT_ERROR(Stage.SEND),
  /// The backend refused a request because of this item; the rest was sent without it.
  POISON(Stage.SEND),
  /// The backend took the request and rejected these items of it.
  PARTIAL_REJECTED(Stage.SEND),
  /// Retried until `max_elapsed_time`.
  RETRY_EXHAUSTED(Stage.SEND),
  /// Failed once and `retry_on_failure` is off.
  RETRY_DISABLED(Stage.SEND),
  /// A single item is larger than the backend takes.
  TOO_LARGE(Stage.SEND),
  /// Data points of a kind that the backend does not know, such as delta temporality.
  UNSUPPORTED(Stage.SEND),
  /// Data points without a timestamp or without a metric name.
  INVALID(Stage.SEND),
  /// Data points of a series and moment that a later point of the same request has again.
  DUPLICATE(Stage.SEND),
  /// The exporter has no endpoint for the signal.
  NO_ENDPOINT(Stage.SEND),
  /// Still waiting when the shutdown deadline passed.
  SHUTDOWN(Stage.SHUTDOWN),
  /// Still waiting for the destination that a reload took away when the time to reach it was over.
  RELOAD(Stage.SHUTDOWN);

  /// Where in the flow items are dropped.
  public enum Stage {
    PROCESS,
    QUEUE,
    SEND,
    SHUTDOWN;

    /// The value of the label `stage`.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Stage stage;

  DropReason(Stage stage) {
    this.stage = stage;
  }

  /// The stage that drops for this reason.
  public Stage stage() {
    return stage;
  }

  /// The value of the label `reason`.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
