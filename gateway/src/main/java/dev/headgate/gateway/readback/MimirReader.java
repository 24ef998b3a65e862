package dev.headgate.gateway.readback;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// Reads metrics back from Mimir, or from Prometheus.
///
/// **Threading:** immutable; any thread.
public final class MimirReader {
  private final URI base;
  private final HttpCalls calls;

  /// A series and its latest value.
  ///
  /// @param labels including `__name__`
  public record Sample(Map<String, String> labels, double value) {}

  /// @param base such as `http://mimir:9009`, or with the prefix under which it answers
  public MimirReader(URI base, HttpCalls calls) {
    this.base = base;
    this.calls = calls;
  }

  /// What a PromQL query gives now.
  public List<Sample> query(String promQl) throws IOException {
    Map<String, String> query = Map.of("query", promQl);
    // Mimir answers below a prefix, Prometheus does not.
    URI uri = HttpCalls.below(base, "/prometheus/api/v1/query", query);
    HttpCalls.Reply reply = calls.get(uri, "application/json");
    if (reply.status() == HttpURLConnection.HTTP_NOT_FOUND) {
      uri = HttpCalls.below(base, "/api/v1/query", query);
      reply = calls.get(uri, "application/json");
    }
    if (reply.status() != HttpURLConnection.HTTP_OK) {
      throw HttpCalls.refusal(uri, reply);
    }
    return JsonValue.parse(reply.body()).get("data").get("result").items().stream()
        .map(MimirReader::sample)
        .toList();
  }

  private static Sample sample(JsonValue result) {
    String value = result.get("value").at(1).text();
    return new Sample(
        result.get("metric").texts(),
        switch (value) {
          case "+Inf" -> Double.POSITIVE_INFINITY;
          case "-Inf" -> Double.NEGATIVE_INFINITY;
          case "", "NaN" -> Double.NaN;
          default -> Double.parseDouble(value);
        });
  }
}
