package dev.headgate.config;

import java.net.URI;
import java.util.Map;

/// The `otlphttp` (`otlp_http`) exporter.
///
/// @param endpoints the full URL per signal (base + `/v1/<signal>`, or `<signal>_endpoint`
///   verbatim); a signal without one has no entry
public record OtlpHttpExporterConfig(
    Map<Signal, URI> endpoints,
    Map<String, Secret> headers,
    Compression compression,
    TlsClientConfig tls,
    DeliveryConfig delivery)
    implements ExporterConfig {
  /// Copies the maps.
  public OtlpHttpExporterConfig {
    endpoints = Map.copyOf(endpoints);
    headers = Map.copyOf(headers);
  }
}
