package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.log.RateLimitedLog;
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

  /// Deals with a request as a worker does that has it next.
  void work(IngestRequest request) {
    try {
      worker().work(request);
    } catch (RuntimeException | Error e) {
      log.error("worker died", "worker starts afresh: error=" + e.getClass().getName());
      close();
    }
  }

  private Worker worker() {
    Worker present = worker;
    if (present == null) {
      RequestDecoder own = decoders.get();
      decoder = own;
      present = new Worker(0, shared, own, log);
      worker = present;
    }
    return present;
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
