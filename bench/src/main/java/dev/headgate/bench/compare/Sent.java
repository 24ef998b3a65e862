package dev.headgate.bench.compare;

import java.util.Map;

/// What the generator printed.
record Sent(Map<String, Object> figures) {
  /// Items that were answered with OK within the window.
  long acceptedItems() {
    return number("accepted_items");
  }

  /// Items that were answered with OK in the whole run.
  long allAcceptedItems() {
    return number("total.accepted_items");
  }

  /// Items that were answered with a retryable error within the window.
  long refusedItems() {
    return number("refused_items");
  }

  /// Items that were answered with another error or not at all within the window.
  long failedItems() {
    return number("failed_items");
  }

  /// The bytes of what was accepted in the whole run, before compression.
  long allAcceptedBytes() {
    return number("total.bytes_uncompressed");
  }

  /// Requests that were to be sent within the window by the schedule of an open loop.
  long offeredRequests() {
    return number("offered_requests");
  }

  /// Requests that were sent within the window.
  long sentRequests() {
    return number("sent_requests");
  }

  /// Adds what it says of itself to the figures of a row.
  void addTo(Map<String, Double> row) {
    figures.forEach((name, value) -> {
      if (value instanceof Number number) {
        row.put("generator_" + name, number.doubleValue());
      }
    });
  }

  private long number(String name) {
    if (!(figures.get(name) instanceof Number value)) {
      throw new IllegalStateException("generator: no " + name + " (expected: a number)");
    }
    return value.longValue();
  }
}
