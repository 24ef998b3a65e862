package dev.headgate.config;

/// The backend behind an exporter and what is done so that it takes the data.
///
/// @param promotesTraceIds whether the attributes `trace_id` and `span_id` of a log record become
///   its fields
/// @param dropsDelta whether metrics of delta temporality are dropped instead of sent
public record BackendConfig(BackendKind kind, boolean promotesTraceIds, boolean dropsDelta) {
  /// What suits a backend: Loki puts attributes and fields into one namespace, Mimir and Prometheus
  /// know no delta temporality.
  public static BackendConfig of(BackendKind kind) {
    return new BackendConfig(
        kind,
        kind == BackendKind.LOKI,
        kind == BackendKind.MIMIR || kind == BackendKind.PROMETHEUS);
  }
}
