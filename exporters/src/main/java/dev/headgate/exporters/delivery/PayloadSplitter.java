package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import java.util.List;

/// Cuts one OTLP request into several that hold the same items in the same order, each a whole
/// request with its resource and scope.
///
/// **Threading:** called on the delivery thread.
@FunctionalInterface
public interface PayloadSplitter {
  /// Cuts a request at resource, scope or item level; several parts are copies.
  ///
  /// **Ownership:** the caller is the first holder of those copies.
  ///
  /// @param maxBytes most bytes of a part, unless a single item is larger
  /// @param maxItems most items of a part
  List<Part> split(Signal signal, Bytes bytes, long maxBytes, int maxItems);

  /// A request that was cut out of another one.
  record Part(Bytes bytes, int items) {}
}
