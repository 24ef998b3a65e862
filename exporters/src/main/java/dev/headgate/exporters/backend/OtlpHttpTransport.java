package dev.headgate.exporters.backend;

import dev.headgate.config.Compression;
import dev.headgate.config.OtlpHttpExporterConfig;
import dev.headgate.config.Signal;
import dev.headgate.exporters.client.CompressorPool;
import dev.headgate.exporters.client.ExportLoops;
import dev.headgate.exporters.client.HttpClient;
import dev.headgate.exporters.client.RequestHeaders;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.exporters.delivery.Transport;
import dev.headgate.pipeline.codec.Compressor;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.Content;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// The way to a backend that speaks OTLP/HTTP with protobuf.
///
/// **Threading:** any thread; compression runs on the shared export threads.
///
/// **Ownership:** owns one client a host.
public final class OtlpHttpTransport implements Transport {
  private final OtlpHttpExporterConfig config;
  private final ExportLoops loops;
  private final HttpOutcomes outcomes;
  private final ContentCoding coding;
  private final Executor executor;
  private final RequestHeaders requestHeaders;
  private final CompressorPool compressors;
  private final Map<String, HttpClient> clients = new HashMap<>();
  private final Map<Signal, HttpClient> clientOf = new EnumMap<>(Signal.class);

  /// @param wallClock reads `Retry-After` dates against
  /// @throws IOException when certificates or credentials cannot be read
  public OtlpHttpTransport(
      OtlpHttpExporterConfig config, ExportLoops loops, InstantSource wallClock)
      throws IOException {
    this.config = config;
    this.loops = loops;
    this.outcomes = new HttpOutcomes(config.delivery().backend().kind(), wallClock);
    this.coding = coding(config.compression());
    // What is not compressed is not worth waking a thread for: posting is a few small objects.
    this.executor = coding == ContentCoding.IDENTITY ? Runnable::run : loops.executor();
    this.compressors = new CompressorPool(config.compressionLevel());
    this.requestHeaders = new RequestHeaders(config.headers(), config.auth(), loops);
    try {
      for (Map.Entry<Signal, URI> endpoint : config.endpoints().entrySet()) {
        clientOf.put(endpoint.getKey(), client(endpoint.getValue()));
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private HttpClient client(URI endpoint) throws IOException {
    String origin = endpoint.getScheme() + "://" + endpoint.getRawAuthority();
    HttpClient client = clients.get(origin);
    if (client == null) {
      client = new HttpClient(URI.create(origin), config.tls(), loops);
      clients.put(origin, client);
    }
    return client;
  }

  private static ContentCoding coding(Compression compression) {
    return switch (compression) {
      case NONE -> ContentCoding.IDENTITY;
      case GZIP -> ContentCoding.GZIP;
      case ZSTD -> ContentCoding.ZSTD;
      case DEFLATE -> ContentCoding.DEFLATE;
    };
  }

  @Override
  public void send(ExportRequest request, Consumer<ExportOutcome> onOutcome) {
    HttpClient client = clientOf.get(request.signal());
    URI endpoint = config.endpoints().get(request.signal());
    if (client == null || endpoint == null) {
      onOutcome.accept(
          new ExportOutcome.Permanent(
              "no_endpoint",
              "no endpoint for " + request.signal().key(),
              ExportOutcome.Remedy.NONE));
      return;
    }
    SingleOutcome outcome = new SingleOutcome(onOutcome);
    if (!outcome.refusedForSize(request)) {
      outcome.guard(executor, () -> post(client, endpoint, request, outcome));
    }
  }

  private void post(HttpClient client, URI endpoint, ExportRequest request, SingleOutcome outcome) {
    String query = endpoint.getRawQuery();
    String path = endpoint.getRawPath().isEmpty() ? "/" : endpoint.getRawPath();
    HttpClient.Call call =
        new HttpClient.Call(
            query == null ? path : path + "?" + query,
            headers(request),
            compressed(request.parts()),
            request.timeout());
    client.post(call, reply -> outcome.accept(outcomes.of(reply, request)));
  }

  private List<? extends Content> compressed(List<? extends Content> parts) {
    if (coding == ContentCoding.IDENTITY) {
      return parts;
    }
    Compressor compressor = compressors.take();
    Bytes body;
    try {
      body = Bytes.of(compressor.compress(coding, parts));
    } catch (RuntimeException | Error e) {
      // Its buffers are in no known state, and may be large.
      compressor.close();
      throw e;
    }
    compressors.giveBack(compressor);
    return List.of(body);
  }

  private Map<String, String> headers(ExportRequest request) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("user-agent", "headgate");
    headers.putAll(requestHeaders.of(request.tenant()));
    headers.put("content-type", "application/x-protobuf");
    if (coding == ContentCoding.IDENTITY) {
      headers.remove("content-encoding");
    } else {
      headers.put("content-encoding", coding.token());
    }
    if (request.attempt() > 1) {
      // Mimir derives its Retry-After from it (and the remote-write protocol has it for all).
      headers.put("retry-attempt", Integer.toString(request.attempt() - 1));
    }
    return headers;
  }

  @Override
  public void close() {
    clients.values().forEach(HttpClient::close);
    requestHeaders.close();
    compressors.close();
  }
}
