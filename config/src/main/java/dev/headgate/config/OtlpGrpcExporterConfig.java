package dev.headgate.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `otlp` (`otlp_grpc`) exporter.
///
/// @param endpoint `host:port`, optionally with a scheme `http://`, `https://`, `dns:///` or
///   `passthrough:///`
/// @param auth null = nothing is added to requests
public record OtlpGrpcExporterConfig(
    String endpoint,
    Map<String, Secret> headers,
    Compression compression,
    TlsClientConfig tls,
    @Nullable ClientAuthConfig auth,
    DeliveryConfig delivery)
    implements ExporterConfig {
  /// Copies the headers.
  public OtlpGrpcExporterConfig {
    Require.notEmpty("endpoint", endpoint);
    headers = Map.copyOf(headers);
  }

  /// Whether requests go unencrypted: the endpoint says so, or it leaves that to `tls`.
  public boolean plaintext() {
    if (endpoint.startsWith("http://") || endpoint.startsWith("https://")) {
      return endpoint.startsWith("http://");
    }
    return tls.insecure() && tls.ca() == null;
  }
}
