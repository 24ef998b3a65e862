package dev.headgate.config;

/// A kind of telemetry. The order traces, logs, metrics is the order used everywhere.
public enum Signal {
  TRACES("traces", "spans"),
  LOGS("logs", "log_records"),
  METRICS("metrics", "metric_points");

  private final String key;
  private final String itemsKey;

  Signal(String key, String itemsKey) {
    this.key = key;
    this.itemsKey = itemsKey;
  }

  /// The name in configuration keys and metric labels: `traces`, `logs` or `metrics`.
  public String key() {
    return key;
  }

  /// The name of one kind of item in the Collector's metric names: `spans`, `log_records` or
  /// `metric_points`.
  public String itemsKey() {
    return itemsKey;
  }
}
