package dev.headgate.config;

/// The backend behind an exporter, whose caps and quirks apply; never forbids a signal.
public enum BackendKind {
  OTLP,
  TEMPO,
  LOKI,
  MIMIR,
  PROMETHEUS
}
