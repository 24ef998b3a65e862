package dev.headgate.exporters.client;

import io.grpc.Metadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/// Headers as gRPC metadata: names in lower case, `-bin` names with the value's bytes.
final class GrpcHeaders {
  private GrpcHeaders() {}

  /// Checks that gRPC knows such names.
  ///
  /// @throws IOException naming the one that it does not know
  static void check(Set<String> names) throws IOException {
    for (String name : names) {
      try {
        put(name, "", new Metadata());
      } catch (IllegalArgumentException e) {
        throw new IOException(
            "headers: " + name + " (expected: letters, digits, hyphen, underscore, dot for gRPC)",
            e);
      }
    }
  }

  /// The metadata of one call.
  static Metadata of(Map<String, String> headers) {
    Metadata metadata = new Metadata();
    headers.forEach((name, value) -> put(name, value, metadata));
    return metadata;
  }

  private static void put(String name, String value, Metadata metadata) {
    if (name.regionMatches(true, name.length() - 4, Metadata.BINARY_HEADER_SUFFIX, 0, 4)) {
      metadata.put(
          Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER),
          value.getBytes(StandardCharsets.UTF_8));
    } else {
      // grpc-java logs what it cannot send, the value included.
      metadata.put(
          Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value.replace('\t', ' '));
    }
  }
}
