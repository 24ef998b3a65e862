package dev.headgate.bench.compare;

import java.util.Map;

/// What the sink says it got.
record Arrived(Map<String, Object> figures) {
  /// Items, those that came twice counted twice.
  long items() {
    return number("items");
  }

  /// Different items.
  long unique() {
    return number("unique_items");
  }

  /// Items that came again.
  long duplicates() {
    return number("duplicate_items");
  }

  /// Items in which a secret of the generator's was found.
  long itemsWithSecrets() {
    return number("items_with_secrets");
  }

  /// Adds what it says of itself to the figures of a row.
  void addTo(Map<String, Double> row) {
    figures.forEach((name, value) -> {
      if (value instanceof Number number) {
        row.put("sink_" + name, number.doubleValue());
      }
    });
  }

  /// Whether items came whose time says when they were due: those of compressed requests do not.
  boolean hasLatencies() {
    return number("latency_ms.count") > 0;
  }

  /// From the time in the items, which the generator sets to when they were due, to their arrival.
  ///
  /// @param percentile `p50`, `p99`
  double latencyMillis(String percentile) {
    return value("latency_ms." + percentile).doubleValue();
  }

  private long number(String name) {
    return value(name).longValue();
  }

  private Number value(String name) {
    if (!(figures.get(name) instanceof Number value)) {
      throw new IllegalStateException("sink: no " + name + " (expected: a number)");
    }
    return value;
  }
}
