package dev.headgate.gateway.e2e;

import dev.headgate.config.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/// A client that says exactly what it is told, over gRPC, HTTP/1.1 or HTTP/2 without TLS.
///
/// **Threading:** any thread.
///
/// **Ownership:** owns its connections.
public final class OtlpClient implements AutoCloseable {
  private final OkHttpClient http1 = client(List.of(Protocol.HTTP_1_1));
  private final OkHttpClient http2 = client(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
  private final int grpcPort;
  private final int httpPort;

  /// How a client talks.
  public enum Transport {
    GRPC,
    HTTP_1,
    HTTP_2
  }

  /// An answer.
  ///
  /// @param status the HTTP status, or for gRPC `grpc-status`
  /// @param headers the response's headers (gRPC: and trailers), names in lower case
  /// @param trailersOnly gRPC: whether the status stood in the first and only header block
  public record Answer(int status, Map<String, String> headers, byte[] body, boolean trailersOnly) {
    public boolean ok(Transport transport) {
      return status == (transport == Transport.GRPC ? 0 : 200);
    }

    /// A header that holds bytes.
    public byte[] binary(String name) {
      String value = headers.get(name);
      return value == null ? new byte[0] : Base64.getDecoder().decode(value);
    }
  }

  public OtlpClient(int grpcPort, int httpPort) {
    this.grpcPort = grpcPort;
    this.httpPort = httpPort;
  }

  private static OkHttpClient client(List<Protocol> protocols) {
    return new OkHttpClient.Builder()
        .protocols(protocols)
        .retryOnConnectionFailure(false)
        .callTimeout(Duration.ofSeconds(30))
        .readTimeout(Duration.ofSeconds(30))
        .build();
  }

  /// Sends protobuf bytes and waits for the answer.
  public Answer export(Transport transport, Signal signal, byte[] body) {
    return export(transport, signal, body, Map.of());
  }

  /// The same with further headers; `content-encoding` is called `grpc-encoding` in gRPC.
  public Answer export(
      Transport transport, Signal signal, byte[] body, Map<String, String> headers) {
    return call(request(transport, signal, body, headers), transport);
  }

  public Answer call(Request request, Transport transport) {
    try (Response response = of(transport).newCall(request).execute()) {
      return answer(response, transport);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The OkHttp client of a transport.
  public OkHttpClient of(Transport transport) {
    return switch (transport) {
      case HTTP_1 -> http1;
      case GRPC, HTTP_2 -> http2;
    };
  }

  public Request request(
      Transport transport, Signal signal, byte[] body, Map<String, String> headers) {
    Map<String, String> all = new HashMap<>(headers);
    if (transport != Transport.GRPC) {
      all.putIfAbsent("content-type", "application/x-protobuf");
      return build(url(transport, signal), RequestBody.create(body, (MediaType) null), all);
    }
    String encoding = all.remove("content-encoding");
    if (encoding != null) {
      all.put("grpc-encoding", encoding);
    }
    byte[] framed = frame(body, encoding != null && !encoding.equals("identity"));
    return build(url(transport, signal), RequestBody.create(framed, (MediaType) null), grpc(all));
  }

  /// The headers of a gRPC call.
  public static Map<String, String> grpc(Map<String, String> headers) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("content-type", "application/grpc");
    all.put("te", "trailers");
    return all;
  }

  /// A gRPC message: a flag, its length, its bytes.
  public static byte[] frame(byte[] message, boolean compressed) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) (compressed ? 1 : 0))
        .putInt(message.length)
        .put(message)
        .array();
  }

  public static Request build(String url, RequestBody body, Map<String, String> headers) {
    Request.Builder builder = new Request.Builder().url(url).post(body);
    headers.forEach(builder::header);
    return builder.build();
  }

  public String url(Transport transport, Signal signal) {
    return switch (transport) {
      case GRPC -> "http://127.0.0.1:" + grpcPort + "/" + service(signal) + "/Export";
      case HTTP_1, HTTP_2 -> "http://127.0.0.1:" + httpPort + "/v1/" + signal.key();
    };
  }

  private static String service(Signal signal) {
    return switch (signal) {
      case TRACES -> "opentelemetry.proto.collector.trace.v1.TraceService";
      case LOGS -> "opentelemetry.proto.collector.logs.v1.LogsService";
      case METRICS -> "opentelemetry.proto.collector.metrics.v1.MetricsService";
    };
  }

  public static Answer answer(Response response, Transport transport) throws IOException {
    Map<String, String> headers = new HashMap<>();
    response.headers().forEach(pair -> headers.put(lower(pair.getFirst()), pair.getSecond()));
    byte[] body = response.body().bytes();
    if (transport != Transport.GRPC) {
      return new Answer(response.code(), headers, body, false);
    }
    boolean trailersOnly = headers.containsKey("grpc-status");
    if (!trailersOnly) {
      response.trailers().forEach(pair -> headers.put(lower(pair.getFirst()), pair.getSecond()));
    }
    String status = headers.getOrDefault("grpc-status", "-1");
    byte[] message = body.length < 5 ? body : java.util.Arrays.copyOfRange(body, 5, body.length);
    return new Answer(Integer.parseInt(status), headers, message, trailersOnly);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    for (OkHttpClient client : List.of(http1, http2)) {
      client.dispatcher().cancelAll();
      client.connectionPool().evictAll();
      client.dispatcher().executorService().shutdown();
    }
  }
}
