package dev.headgate.pipeline.worker;

import dev.headgate.config.PipelineId;
import dev.headgate.pipeline.payload.Payload;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Where somebody may look at what goes into the queues: the very bytes that the whole chain left,
/// so that nothing can be seen here that no exporter will have. At most one looks at a time; while
/// nobody does, a request costs one volatile read.
///
/// **Threading:** any thread.
public final class Tap {
  private final AtomicReference<@Nullable Viewer> viewer = new AtomicReference<>();

  /// Somebody who looks.
  @FunctionalInterface
  public interface Viewer {
    /// Sees a payload that is about to go into the queues. Called by workers, several at a time:
    /// has to be quick, and borrows the payload for the call.
    void see(PipelineId pipeline, Payload payload);
  }

  /// Lets somebody look, unless somebody else does.
  public boolean tryOpen(Viewer next) {
    return viewer.compareAndSet(null, next);
  }

  /// Ends it.
  public void close(Viewer last) {
    viewer.compareAndSet(last, null);
  }

  boolean isOpen() {
    return viewer.get() != null;
  }

  void show(PipelineId pipeline, Payload payload) {
    Viewer now = viewer.get();
    if (now != null) {
      now.see(pipeline, payload);
    }
  }
}
