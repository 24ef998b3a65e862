package dev.headgate.pipeline.process.filter;

import org.jspecify.annotations.Nullable;

/// What a list of conditions is evaluated on.
enum ItemContext {
  SPAN("span"),
  SPAN_EVENT("spanevent"),
  LOG("log"),
  METRIC("metric"),
  DATA_POINT("datapoint");

  private final String prefix;

  ItemContext(String prefix) {
    this.prefix = prefix;
  }

  /// The name that may stand in front of this context's paths.
  String prefix() {
    return prefix;
  }

  /// The context of a key of the configuration, or null.
  static @Nullable ItemContext of(String key) {
    return switch (key) {
      case "span" -> SPAN;
      case "spanevent", "span_event", "spanEvent" -> SPAN_EVENT;
      case "log_record", "logRecord", "log" -> LOG;
      case "metric" -> METRIC;
      case "datapoint", "data_point", "dataPoint" -> DATA_POINT;
      default -> null;
    };
  }
}
