package dev.headgate.bench.compare;

/// What stands between the generator and the sink.
enum SystemKind {
  /// A checkout of this repository.
  HEADGATE("headgate"),
  /// An OpenTelemetry Collector with patterns as people write them, `.*token.*`.
  COLLECTOR("otelcol"),
  /// The same with patterns that cost it less, `token`.
  COLLECTOR_LEAN("otelcol-lean"),
  /// nginx, which looks at nothing: the floor.
  RELAY("relay");

  private final String label;

  SystemKind(String label) {
    this.label = label;
  }

  /// The usual name of a system of this kind.
  String label() {
    return label;
  }
}
