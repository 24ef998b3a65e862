package dev.headgate.gateway.backends;

import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import java.util.List;
import java.util.Map;

/// One request that reached a backend.
///
/// @param message what it said
/// @param bytes its size without compression
/// @param headers or gRPC metadata, names in lower case
/// @param arrivalNanos when, on the JVM's clock
/// @param taken whether the backend took it
public record Received(
    Signal signal,
    Message message,
    int bytes,
    Map<String, String> headers,
    long arrivalNanos,
    boolean taken) {
  /// The names of its items.
  public List<String> ids() {
    return OtlpItems.ids(signal, message);
  }
}
