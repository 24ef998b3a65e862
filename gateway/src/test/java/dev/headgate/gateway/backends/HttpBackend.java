package dev.headgate.gateway.backends;

import com.github.luben.zstd.ZstdInputStream;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headgate.config.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/// A backend that speaks OTLP/HTTP as Loki, Mimir or Prometheus does.
///
/// **Threading:** any thread.
///
/// **Ownership:** owns its listener and its threads.
public final class HttpBackend implements AutoCloseable {
  private static final String PROTOBUF = "application/x-protobuf";

  private final Kind kind;
  private final Journal journal = new Journal();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  /// Which backend.
  public enum Kind {
    /// `/otlp/v1/logs`: 204 for a success, 422 for no records.
    LOKI("/otlp"),
    /// `/otlp/v1/metrics`: 200 with an empty partial success and a message for soft errors.
    MIMIR("/otlp"),
    /// `/api/v1/otlp/v1/metrics`: 200 or a refusal of the whole request.
    PROMETHEUS("/api/v1/otlp");

    private final String base;

    Kind(String base) {
      this.base = base;
    }
  }

  /// Listens on any port of the loopback.
  public HttpBackend(Kind kind) {
    this.kind = kind;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /// What it got.
  public Journal journal() {
    return journal;
  }

  /// What an exporter's `endpoint` says.
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + kind.base;
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Signal signal = kind == Kind.LOKI ? Signal.LOGS : Signal.METRICS;
    if (!exchange.getRequestURI().getPath().equals(kind.base + "/v1/" + signal.key())) {
      answer(exchange, 404, "text/plain", "404 page not found".getBytes(StandardCharsets.UTF_8));
      return;
    }
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    if (!PROTOBUF.equals(headers.get("content-type"))) {
      refuse(exchange, kind == Kind.MIMIR ? 415 : 400, "unsupported content type");
      return;
    }
    if (kind == Kind.PROMETHEUS && "zstd".equals(headers.get("content-encoding"))) {
      refuse(exchange, 400, "unsupported compression: zstd");
      return;
    }
    react(new Call(exchange, signal, inflated(body, headers), headers), journal.next());
  }

  private record Call(
      HttpExchange exchange, Signal signal, byte[] body, Map<String, String> headers) {}

  private static byte[] inflated(byte[] body, Map<String, String> headers) throws IOException {
    InputStream raw = new ByteArrayInputStream(body);
    return switch (headers.getOrDefault("content-encoding", "")) {
      case "gzip" -> new GZIPInputStream(raw).readAllBytes();
      case "zstd" -> new ZstdInputStream(raw).readAllBytes();
      default -> body;
    };
  }

  private void react(Call call, Reaction reaction) throws IOException {
    switch (reaction) {
      case Reaction.Accept _ -> accept(call);
      case Reaction.Garbage _ -> {
        book(call, true);
        answer(call.exchange, 200, PROTOBUF, new byte[] {(byte) 0xff, (byte) 0xff, 7});
      }
      case Reaction.Partial partial -> {
        book(call, true);
        answer(call.exchange, 200, PROTOBUF, partial(partial.rejected(), partial.message()));
      }
      case Reaction.Refuse refuse -> {
        book(call, false);
        if (refuse.retryAfter() != null) {
          String seconds = Long.toString(refuse.retryAfter().toSeconds());
          call.exchange.getResponseHeaders().put("Retry-After", List.of(seconds));
        }
        refuse(call.exchange, refuse.httpStatus(), refuse.message());
      }
      case Reaction.Hang _ -> GrpcBackend.await(closed);
      case Reaction.Held held -> {
        GrpcBackend.await(held.until());
        react(call, held.then());
      }
      case Reaction.Reset _ -> {
        book(call, false);
        call.exchange.close();
      }
    }
  }

  private void accept(Call call) throws IOException {
    Message request = OtlpItems.parse(call.signal, call.body);
    if (kind == Kind.LOKI && OtlpItems.ids(call.signal, request).isEmpty()) {
      book(call, false);
      refuse(call.exchange, 422, "error at least one valid log line is required for ingestion");
      return;
    }
    BackendRules.Verdict verdict =
        switch (kind) {
          case LOKI -> journal.rules().loki((ExportLogsServiceRequest) request);
          case MIMIR -> journal.rules().mimir((ExportMetricsServiceRequest) request);
          case PROMETHEUS -> journal.rules().prometheus((ExportMetricsServiceRequest) request);
        };
    Message stored = verdict.stored();
    byte[] bytes = stored == null ? call.body : stored.toByteArray();
    journal.add(call.signal, bytes, call.headers, stored != null);
    if (verdict.status() != 0) {
      refuse(call.exchange, verdict.status(), verdict.error());
    } else if (kind == Kind.LOKI) {
      call.exchange.sendResponseHeaders(204, -1);
      call.exchange.close();
    } else {
      answer(call.exchange, 200, PROTOBUF, partial(0, verdict.softError()));
    }
  }

  private static byte[] partial(long rejected, String message) {
    if (rejected == 0 && message.isEmpty()) {
      return new byte[0];
    }
    return ExportMetricsServiceResponse.newBuilder()
        .setPartialSuccess(
            ExportMetricsPartialSuccess.newBuilder()
                .setRejectedDataPoints(rejected)
                .setErrorMessage(message))
        .build()
        .toByteArray();
  }

  private void book(Call call, boolean taken) {
    journal.add(call.signal, call.body, call.headers, taken);
  }

  private void refuse(HttpExchange exchange, int status, String message) throws IOException {
    byte[] body = Status.newBuilder().setCode(status).setMessage(message).build().toByteArray();
    switch (kind) {
      case LOKI -> answer(exchange, status, "application/octet-stream", body);
      case MIMIR -> answer(exchange, status, PROTOBUF, body);
      case PROMETHEUS ->
          answer(
              exchange,
              status,
              "text/plain; charset=utf-8",
              message.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
