package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.payload.Tenant;
import java.time.Duration;
import java.util.List;

/// One request to a backend. The parts in a row are one OTLP message: protobuf messages
/// concatenate.
///
/// @param parts never empty, never written to
/// @param sizeBytes the parts' lengths together
/// @param attempt 1 for the first attempt
/// @param cut whether this is a part of a request that the backend found too large
/// @param timeout limit of this attempt
///
///   **Ownership:** the parts are lent until the outcome, see [Transport#send].
public record ExportRequest(
    Signal signal,
    Tenant tenant,
    List<? extends Content> parts,
    int sizeBytes,
    int items,
    int attempt,
    boolean cut,
    Duration timeout) {
  /// The same request with other content.
  public ExportRequest with(List<? extends Content> otherParts, int otherItems) {
    int bytes = 0;
    for (Content part : otherParts) {
      bytes += part.length();
    }
    return new ExportRequest(signal, tenant, otherParts, bytes, otherItems, attempt, cut, timeout);
  }
}
