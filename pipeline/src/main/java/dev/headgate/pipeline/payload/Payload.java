package dev.headgate.pipeline.payload;

import dev.headgate.config.Signal;

/// One OTLP export request of one signal and tenant, as uncompressed protobuf that was checked.
/// Immutable: nobody writes to `bytes` once a payload holds it.
///
/// @param bytes the request, exactly as long as the array
/// @param items spans, log records or data points in it
public record Payload(Signal signal, Tenant tenant, byte[] bytes, int items) {
  /// The same request with other bytes.
  public Payload with(byte[] newBytes, int newItems) {
    return new Payload(signal, tenant, newBytes, newItems);
  }

  /// The length of the request.
  public int sizeBytes() {
    return bytes.length;
  }
}
