package dev.headgate.pipeline.payload;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;

/// One OTLP export request of one signal and tenant, as uncompressed protobuf that was checked.
/// Immutable: nobody writes to `bytes` while a payload that somebody holds has it.
///
/// @param items spans, log records or data points in it
public record Payload(Signal signal, Tenant tenant, Bytes bytes, int items) {
  /// A request in an array of its own.
  public Payload(Signal signal, Tenant tenant, byte[] bytes, int items) {
    this(signal, tenant, Bytes.of(bytes), items);
  }

  /// The same request with other bytes.
  public Payload with(Bytes newBytes, int newItems) {
    return new Payload(signal, tenant, newBytes, newItems);
  }

  /// The length of the request.
  public int sizeBytes() {
    return bytes.length();
  }
}
