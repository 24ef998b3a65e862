package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.log.RateLimitedLog;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A worker that has no thread: it works for who calls it. After an `Error` a fresh one, with fresh
/// scratch memory, takes its place; the request it had was answered.
///
/// **Threading:** confined to one thread at a time.
///
/// **Ownership:** owns the decoder of its worker until it is closed.
final class Desk implements AutoCloseable {
  private final Worker.Shared shared;
  private final Supplier<? extends RequestDecoder> decoders;
  private final RateLimitedLog log;
  private @Nullable RequestDecoder decoder;
  private @Nullable Worker worker;

  /// @param decoders makes decoders that wait for nobody
  Desk(Worker.Shared shared, Supplier<? extends RequestDecoder> decoders, RateLimitedLog log) {
    this.shared = shared;
    this.decoders = decoders;
    this.log = log;
  }

  /// Makes the worker if there is none; before a request is taken, because this may fail.
  ///
  /// @return whether there is one
  boolean open() {
    if (worker != null) {
      return true;
    }
    try {
      RequestDecoder own = decoders.get();
      decoder = own;
      worker = new Worker(0, shared, own, log);
      return true;
    } catch (RuntimeException | Error e) {
      log.error("no worker", "no worker for an event loop: error=" + e.getClass().getName());
      close();
      return false;
    }
  }

  /// Deals with a request as a worker does that has it next. The desk is open.
  void work(IngestRequest request) {
    try {
      Objects.requireNonNull(worker, "desk closed (expected: open)").work(request);
    } catch (RuntimeException | Error e) {
      log.error("worker died", "worker starts afresh: error=" + e.getClass().getName());
      close();
    }
  }

  @Override
  public void close() {
    RequestDecoder open = decoder;
    worker = null;
    decoder = null;
    if (open != null) {
      open.close();
    }
  }
}
