package dev.headgate.pipeline.process;

import dev.headgate.pipeline.payload.Payload;

/// One step of a pipeline: a function from payload to payload on the bytes.
///
/// **Threading:** called by any number of workers at once; per-worker scratch memory comes from the
/// [ChainContext], shared state is the processor's own and thread-safe.
public interface Processor {
  /// Processes a payload. Returns the *same object* when nothing changed. Items it removes are
  /// booked with [ChainContext#drop]; a payload whose last item was removed comes back with zero
  /// items (its bytes then do not matter) and ends the chain.
  ///
  /// The bytes were checked before the first processor: lengths nest, strings are UTF-8, encodings
  /// are canonical except for padded lengths.
  ///
  /// **Ownership:** the payload is lent for the call. Of bytes that are new, also of those without
  /// items, the caller is the first holder.
  Payload process(Payload payload, ChainContext context);
}
