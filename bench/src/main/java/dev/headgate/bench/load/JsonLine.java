package dev.headgate.bench.load;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/// Writes one JSON object on one line.
final class JsonLine {
  private static final double NANOS_PER_MILLI = 1e6;

  private final StringBuilder text = new StringBuilder("{");

  /// Adds a text.
  JsonLine field(String name, String value) {
    return raw(name, '"' + value.replaceAll("[\"\\\\\\p{Cntrl}]", "?") + '"');
  }

  /// Adds a whole number.
  JsonLine field(String name, long value) {
    return raw(name, Long.toString(value));
  }

  /// Adds a fraction with six digits behind the point.
  JsonLine field(String name, double value) {
    return raw(name, String.format(Locale.ROOT, "%.6f", value));
  }

  /// Adds percentiles in milliseconds of a histogram in nanoseconds.
  JsonLine millis(String name, Histogram nanos) {
    return begin(name)
        .field("count", nanos.getTotalCount())
        .field("p50", nanos.getValueAtPercentile(50) / NANOS_PER_MILLI)
        .field("p90", nanos.getValueAtPercentile(90) / NANOS_PER_MILLI)
        .field("p99", nanos.getValueAtPercentile(99) / NANOS_PER_MILLI)
        .field("p999", nanos.getValueAtPercentile(99.9) / NANOS_PER_MILLI)
        .field("max", nanos.getMaxValue() / NANOS_PER_MILLI)
        .end();
  }

  /// Opens an object inside.
  JsonLine begin(String name) {
    raw(name, "{");
    return this;
  }

  /// Closes it.
  JsonLine end() {
    text.append('}');
    return this;
  }

  private JsonLine raw(String name, String value) {
    if (text.charAt(text.length() - 1) != '{') {
      text.append(',');
    }
    text.append('"').append(name.replaceAll("[\"\\\\\\p{Cntrl}]", "?")).append("\":").append(value);
    return this;
  }

  /// The whole.
  @Override
  public String toString() {
    return text + "}";
  }
}
