package dev.headgate.gateway.readback;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads log records back from Loki.
///
/// **Threading:** immutable; any thread.
public final class LokiReader {
  private final URI base;
  private final HttpCalls calls;

  /// A log record.
  ///
  /// @param labels those of the stream and the structured metadata, which Loki merges
  public record Entry(Map<String, String> labels, String line) {}

  /// @param base such as `http://loki:3100`
  public LokiReader(URI base, HttpCalls calls) {
    this.base = base;
    this.calls = calls;
  }

  /// The records that a LogQL query finds.
  ///
  /// @param limit at most 5,000, else Loki refuses
  public List<Entry> query(String logQl, Instant from, Instant to, int limit) throws IOException {
    Map<String, String> query =
        Map.of(
            "query", logQl,
            "start", nanos(from),
            "end", nanos(to),
            "limit", Integer.toString(limit));
    JsonValue answer = calls.json(HttpCalls.below(base, "/loki/api/v1/query_range", query));
    List<Entry> entries = new ArrayList<>();
    for (JsonValue stream : answer.get("data").get("result").items()) {
      Map<String, String> labels = stream.get("stream").texts();
      stream
          .get("values")
          .items()
          .forEach(value -> entries.add(new Entry(labels, value.at(1).text())));
    }
    return entries;
  }

  private static String nanos(Instant time) {
    return Long.toString(Duration.ofSeconds(time.getEpochSecond(), time.getNano()).toNanos());
  }
}
