package dev.headgate.exporters.backend;

import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportRequest;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Passes on the first outcome of an attempt, and makes one when the attempt throws.
///
/// **Threading:** any thread.
final class SingleOutcome implements Consumer<ExportOutcome> {
  /// The OTLP specification's bound on what a client sends.
  private static final int MAX_REQUEST_BYTES = 64 << 20;

  private final Consumer<ExportOutcome> target;
  private final AtomicBoolean done = new AtomicBoolean();

  SingleOutcome(Consumer<ExportOutcome> target) {
    this.target = target;
  }

  @Override
  public void accept(ExportOutcome outcome) {
    if (done.compareAndSet(false, true)) {
      target.accept(outcome);
    }
  }

  /// Ends the attempt when the request is larger than any may be.
  boolean refusedForSize(ExportRequest request) {
    if (request.sizeBytes() <= MAX_REQUEST_BYTES) {
      return false;
    }
    accept(
        new ExportOutcome.TooLarge(
            "request_size",
            "bytes: " + request.sizeBytes() + " (expected: at most " + MAX_REQUEST_BYTES + ")"));
    return true;
  }

  /// Runs the attempt's first step; an attempt that throws may succeed later.
  void guard(Executor executor, Runnable step) {
    try {
      executor.execute(() -> run(step));
    } catch (RejectedExecutionException e) {
      accept(new ExportOutcome.Retryable(null, "shutdown", "export threads stopped"));
    }
  }

  private void run(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | OutOfMemoryError e) {
      accept(new ExportOutcome.Retryable(null, "exception", e.getClass().getSimpleName()));
    }
  }
}
