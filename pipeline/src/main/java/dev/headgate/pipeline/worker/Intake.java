package dev.headgate.pipeline.worker;

import java.util.concurrent.Executor;

/// Where transports put complete requests.
///
/// **Threading:** any thread; nothing blocks.
@FunctionalInterface
public interface Intake {
  /// Hands a request to the worker threads, or returns false when they have no room for it or have
  /// stopped: then the request, its reservation and its answer stay with the transport.
  boolean offer(IngestRequest request);

  /// The same for an event loop, which may have worked the request off itself when this returns.
  ///
  /// @param loop the event loop that calls; runs what it is given after what it has read by now
  default boolean offer(IngestRequest request, Executor loop) {
    return offer(request);
  }
}
