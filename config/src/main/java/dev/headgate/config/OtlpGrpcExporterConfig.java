package dev.headgate.config;

import java.util.Map;

/// The `otlp` (`otlp_grpc`) exporter.
///
/// @param endpoint `host:port`, optionally with a scheme `http://`, `https://` or `dns:///`
public record OtlpGrpcExporterConfig(
    String endpoint,
    Map<String, Secret> headers,
    Compression compression,
    TlsClientConfig tls,
    DeliveryConfig delivery)
    implements ExporterConfig {
  /// Copies the headers.
  public OtlpGrpcExporterConfig {
    Require.notEmpty("endpoint", endpoint);
    headers = Map.copyOf(headers);
  }
}
