package dev.headgate.gateway.readback;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads traces back from Tempo.
///
/// **Threading:** immutable; any thread.
public final class TempoReader {
  private static final int ID_CHARS = 32;

  private final URI base;
  private final HttpCalls calls;

  /// @param base such as `http://tempo:3200`
  public TempoReader(URI base, HttpCalls calls) {
    this.base = base;
    this.calls = calls;
  }

  /// A trace as OTLP bytes, if it has arrived. By its id, because a search does not show the last
  /// 30 seconds by default; as protobuf, because JSON has base64 ids and another name for
  /// resources.
  ///
  /// @param traceId 32 hex digits
  public Optional<byte[]> trace(String traceId) throws IOException {
    URI uri = HttpCalls.below(base, "/api/traces/" + traceId, Map.of());
    HttpCalls.Reply reply = calls.get(uri, "application/protobuf");
    return switch (reply.status()) {
      case HttpURLConnection.HTTP_OK -> Optional.of(reply.body());
      case HttpURLConnection.HTTP_NOT_FOUND -> Optional.empty();
      default -> throw HttpCalls.refusal(uri, reply);
    };
  }

  /// The spans of a trace.
  ///
  /// @param trace what [#trace] gave
  public static List<Span> spans(byte[] trace) throws InvalidProtocolBufferException {
    return TracesData.parseFrom(trace).getResourceSpansList().stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  /// The ids of traces that a TraceQL query finds, 32 hex digits each: Tempo leaves out leading
  /// zeros there. Both ends of the time have to be given.
  public List<String> search(String traceQl, Instant from, Instant to, int limit)
      throws IOException {
    Map<String, String> query =
        Map.of(
            "q", traceQl,
            "start", Long.toString(from.getEpochSecond()),
            "end", Long.toString(to.getEpochSecond()),
            "limit", Integer.toString(limit));
    return calls.json(HttpCalls.below(base, "/api/search", query)).get("traces").items().stream()
        .map(trace -> padded(trace.get("traceID").text()))
        .toList();
  }

  private static String padded(String id) {
    return "0".repeat(Math.max(0, ID_CHARS - id.length())) + id;
  }
}
