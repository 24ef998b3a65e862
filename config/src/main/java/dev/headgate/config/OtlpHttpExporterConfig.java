package dev.headgate.config;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `otlphttp` (`otlp_http`) exporter.
///
/// @param endpoints the full URL per signal (base + `/v1/<signal>`, or `<signal>_endpoint`
///   verbatim); a signal without one has no entry
/// @param compressionLevel as the Collector counts: gzip and deflate -2 to 9, zstd any; 0 = ours
/// @param auth null = nothing is added to requests
public record OtlpHttpExporterConfig(
    Map<Signal, URI> endpoints,
    Map<String, Secret> headers,
    Compression compression,
    int compressionLevel,
    TlsClientConfig tls,
    @Nullable ClientAuthConfig auth,
    DeliveryConfig delivery)
    implements ExporterConfig {
  /// Copies the maps.
  public OtlpHttpExporterConfig {
    endpoints = Map.copyOf(endpoints);
    headers = Map.copyOf(headers);
  }
}
