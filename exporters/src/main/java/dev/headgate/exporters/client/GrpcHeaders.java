package dev.headgate.exporters.client;

import dev.headgate.config.Secret;
import io.grpc.Metadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The configured headers as gRPC metadata: names in lower case, `-bin` names with the value's
/// bytes.
///
/// **Threading:** immutable.
final class GrpcHeaders {
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("x-scope-orgid", Metadata.ASCII_STRING_MARSHALLER);

  private final List<Consumer<Metadata>> puts = new ArrayList<>();

  /// @throws IOException when gRPC knows no such name
  GrpcHeaders(Map<String, Secret> headers) throws IOException {
    for (Map.Entry<String, Secret> header : headers.entrySet()) {
      puts.add(put(header.getKey(), header.getValue().reveal()));
    }
  }

  private static Consumer<Metadata> put(String name, String value) throws IOException {
    try {
      if (name.regionMatches(true, name.length() - 4, Metadata.BINARY_HEADER_SUFFIX, 0, 4)) {
        Metadata.Key<byte[]> key = Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return metadata -> metadata.put(key, bytes);
      }
      Metadata.Key<String> key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
      // grpc-java logs what it cannot send, the value included.
      String printable = value.replace('\t', ' ');
      return metadata -> metadata.put(key, printable);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "headers: " + name + " (expected: letters, digits, hyphen, underscore, dot for gRPC)", e);
    }
  }

  /// The metadata of one call.
  ///
  /// @param tenant the tenant's id, empty = what is configured
  Metadata of(String tenant) {
    Metadata metadata = new Metadata();
    for (Consumer<Metadata> put : puts) {
      put.accept(metadata);
    }
    if (!tenant.isEmpty()) {
      metadata.discardAll(TENANT);
      metadata.put(TENANT, tenant);
    }
    return metadata;
  }
}
