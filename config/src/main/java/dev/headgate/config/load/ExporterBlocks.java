package dev.headgate.config.load;

import dev.headgate.config.BasicClientAuthConfig;
import dev.headgate.config.BearerTokenAuthConfig;
import dev.headgate.config.ClientAuthConfig;
import dev.headgate.config.Compression;
import dev.headgate.config.DebugExporterConfig;
import dev.headgate.config.FileExporterConfig;
import dev.headgate.config.HeadersSetterConfig;
import dev.headgate.config.NopExporterConfig;
import dev.headgate.config.OtlpGrpcExporterConfig;
import dev.headgate.config.OtlpHttpExporterConfig;
import dev.headgate.config.Signal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The exporters.
final class ExporterBlocks {
  private static final Key<String> GRPC_ENDPOINT =
      Key.required("endpoint", Endpoints.GRPC, "where to; a scheme decides about TLS");
  private static final Key<Duration> GRPC_TIMEOUT = DeliveryKeys.timeout(Duration.ofSeconds(5));

  static final Block<OtlpGrpcExporterConfig> OTLP_GRPC =
      Block.of(
              ExporterBlocks::grpc,
              GRPC_ENDPOINT,
              DeliveryKeys.HEADERS,
              DeliveryKeys.COMPRESSION,
              GRPC_TIMEOUT,
              DeliveryKeys.TLS,
              AuthKeys.CLIENT,
              DeliveryKeys.RETRY,
              DeliveryKeys.QUEUE,
              DeliveryKeys.BACKEND,
              DeliveryKeys.TRACE_ID_ATTRIBUTES,
              DeliveryKeys.DELTA,
              DeliveryKeys.REQUIRED)
          .harmless("buffers size themselves", "read_buffer_size", "write_buffer_size")
          .harmless("connections are kept by the client itself", "balancer_name", "keepalive")
          .harmless("failed requests are repeated anyway", "wait_for_ready")
          .harmless("the gateway names itself", "user_agent")
          .unsupported("tls.server_name_override", "authority")
          .unsupported("sending_queue.batch", "batcher")
          .unsupported("nothing: requests are sent as they are", "middlewares");

  private static final Key<URI> BASE =
      Key.optional(
          "endpoint",
          Endpoints.URL,
          "none",
          "base URL, to which `/v1/traces`, `/v1/logs` and `/v1/metrics` are appended");
  private static final Key<URI> TRACES = endpoint("traces");
  private static final Key<URI> LOGS = endpoint("logs");
  private static final Key<URI> METRICS = endpoint("metrics");
  private static final Key<Duration> HTTP_TIMEOUT = DeliveryKeys.timeout(Duration.ofSeconds(30));

  private static final Key<Compression> HTTP_COMPRESSION =
      Key.of("compression", Types.choice(compressions()), Compression.GZIP, "of requests");
  private static final Key<Integer> LEVEL =
      Key.of(
          "level",
          Types.integer(-100, 100),
          0,
          "gzip, deflate: 1 (fast) to 9 (small), -1 = 6, -2 = Huffman only; zstd: any; 0 = 1");
  private static final Key<Integer> COMPRESSION_PARAMS =
      Key.block("compression_params", Block.of(v -> v.get(LEVEL), LEVEL), "how hard");

  static final Block<OtlpHttpExporterConfig> OTLP_HTTP =
      Block.of(
              ExporterBlocks::http,
              BASE,
              TRACES,
              LOGS,
              METRICS,
              DeliveryKeys.HEADERS,
              HTTP_COMPRESSION,
              COMPRESSION_PARAMS,
              HTTP_TIMEOUT,
              DeliveryKeys.TLS,
              AuthKeys.CLIENT,
              DeliveryKeys.RETRY,
              DeliveryKeys.QUEUE,
              DeliveryKeys.BACKEND,
              DeliveryKeys.TRACE_ID_ATTRIBUTES,
              DeliveryKeys.DELTA,
              DeliveryKeys.REQUIRED)
          .harmless("buffers size themselves", "read_buffer_size", "write_buffer_size")
          .harmless(
              "connections are kept by the client itself",
              "max_idle_conns",
              "max_idle_conns_per_host",
              "max_conns_per_host",
              "idle_conn_timeout",
              "disable_keep_alives",
              "force_attempt_http2",
              "http2_read_idle_timeout",
              "http2_ping_timeout")
          .harmless("profiles are not received", "profiles_endpoint")
          .unsupportedUnless(Set.of("proto"), "proto", "encoding")
          .unsupported("endpoint of the proxy itself, or a route in the network", "proxy_url")
          .unsupported("headers", "cookies")
          .unsupported("sending_queue.batch", "batcher")
          .unsupported("nothing: requests are sent as they are", "middlewares");

  private static final Key<Path> PATH = Key.required("path", Types.PATH, "the file");
  private static final Key<Boolean> APPEND =
      Key.of("append", Types.BOOL, false, "continue an existing file instead of replacing it");

  private record Rotation(long maxMegabytes, int maxBackups) {}

  private static final Key<Long> MAX_MEGABYTES =
      Key.of("max_megabytes", Types.wholeNumber(1, 1 << 20), 100L, "size at which it is rotated");
  private static final Key<Integer> MAX_BACKUPS =
      Key.of("max_backups", Types.integer(0, 100_000), 100, "rotated files that are kept; 0 = all");
  private static final Key<Rotation> ROTATION =
      Key.presence(
          "rotation",
          Block.of(
                  v -> new Rotation(v.get(MAX_MEGABYTES), v.get(MAX_BACKUPS)),
                  MAX_MEGABYTES,
                  MAX_BACKUPS)
              .unsupported("max_backups", "max_days")
              .harmless("names carry no local time", "localtime"),
          "never",
          "`rotation:` alone switches it on");

  static final Block<FileExporterConfig> FILE =
      Block.of(
              ExporterBlocks::file,
              PATH,
              APPEND,
              ROTATION,
              DeliveryKeys.QUEUE,
              DeliveryKeys.REQUIRED)
          .harmless("lines are written at once", "flush_interval")
          .unsupportedUnless(Set.of("json"), "json", "format")
          .unsupportedUnless(Set.of("none"), "no key: lines are plain text", "compression")
          .unsupported("json without encoding", "encoding")
          .unsupported("one exporter per file", "group_by")
          .unsupported("a folder that exists", "create_directory", "directory_permissions");

  private static final Key<DebugExporterConfig.Verbosity> VERBOSITY =
      Key.of(
          "verbosity",
          Types.choiceOf(DebugExporterConfig.Verbosity.class),
          DebugExporterConfig.Verbosity.BASIC,
          "how much is printed of each request");

  static final Block<DebugExporterConfig> DEBUG =
      Block.of(
              v -> new DebugExporterConfig(v.get(VERBOSITY), DeliveryKeys.localDelivery(v)),
              VERBOSITY,
              DeliveryKeys.QUEUE,
              DeliveryKeys.REQUIRED)
          .harmless("every request is printed", "sampling_initial", "sampling_thereafter")
          .harmless("it prints to the gateway's log", "use_internal_logger", "output_paths");

  static final Block<NopExporterConfig> NOP =
      Block.of(
          v -> new NopExporterConfig(DeliveryKeys.localDelivery(v)),
          DeliveryKeys.QUEUE,
          DeliveryKeys.REQUIRED);

  private ExporterBlocks() {}

  private static Key<URI> endpoint(String signal) {
    return Key.optional(
        signal + "_endpoint",
        Endpoints.URL,
        "from `endpoint`",
        "full URL of " + signal + ", used as it is");
  }

  private static Map<String, Compression> compressions() {
    Map<String, Compression> compressions = new LinkedHashMap<>();
    compressions.put("none", Compression.NONE);
    compressions.put("", Compression.NONE);
    compressions.put("gzip", Compression.GZIP);
    compressions.put("zstd", Compression.ZSTD);
    compressions.put("deflate", Compression.DEFLATE);
    compressions.put("zlib", Compression.DEFLATE);
    return compressions;
  }

  private static OtlpGrpcExporterConfig grpc(Values v) {
    ClientAuthConfig auth = v.find(AuthKeys.CLIENT);
    OtlpGrpcExporterConfig config =
        new OtlpGrpcExporterConfig(
            v.get(GRPC_ENDPOINT),
            v.get(DeliveryKeys.HEADERS),
            v.get(DeliveryKeys.COMPRESSION),
            v.get(DeliveryKeys.TLS),
            auth,
            DeliveryKeys.delivery(v, GRPC_TIMEOUT));
    if (config.plaintext() && config.tls().ca() != null) {
      v.problem(
          GRPC_ENDPOINT,
          "http:// is plain text, but tls names authorities (expected: https://, or no scheme)");
    }
    // As gRPC itself demands.
    switch (auth) {
      case BearerTokenAuthConfig _, BasicClientAuthConfig _ when config.plaintext() ->
          v.problem(AuthKeys.CLIENT, "sends a secret in plain text (expected: TLS)");
      case BearerTokenAuthConfig _, BasicClientAuthConfig _, HeadersSetterConfig _ -> {}
      case null -> {}
    }
    return config;
  }

  private static OtlpHttpExporterConfig http(Values v) {
    Compression compression = v.get(HTTP_COMPRESSION);
    int level = v.get(COMPRESSION_PARAMS);
    boolean known =
        switch (compression) {
          case GZIP, DEFLATE -> level >= -2 && level <= 9;
          case ZSTD, NONE -> true;
        };
    if (!known) {
      v.problem(COMPRESSION_PARAMS, "level " + level + " is not known (expected: -2 to 9)");
    }
    return new OtlpHttpExporterConfig(
        endpoints(v),
        v.get(DeliveryKeys.HEADERS),
        compression,
        level,
        v.get(DeliveryKeys.TLS),
        v.find(AuthKeys.CLIENT),
        DeliveryKeys.delivery(v, HTTP_TIMEOUT));
  }

  private static Map<Signal, URI> endpoints(Values v) {
    Map<Signal, URI> endpoints = new EnumMap<>(Signal.class);
    URI base = v.find(BASE);
    if (base != null && base.getRawQuery() != null) {
      v.problem(BASE, "has a query (expected: a base URL, or traces_endpoint and so on)");
    } else if (base != null) {
      for (Signal signal : Signal.values()) {
        endpoints.put(signal, Endpoints.append(base, "/v1/" + signal.key()));
      }
    }
    for (Signal signal : Signal.values()) {
      URI own =
          v.find(
              switch (signal) {
                case TRACES -> TRACES;
                case LOGS -> LOGS;
                case METRICS -> METRICS;
              });
      if (own != null) {
        endpoints.put(signal, own);
      }
    }
    if (endpoints.isEmpty() && base == null) {
      v.problem(BASE, "missing (expected: endpoint, or traces_endpoint and so on)");
    }
    return endpoints;
  }

  private static FileExporterConfig file(Values v) {
    Rotation rotation = v.find(ROTATION);
    return new FileExporterConfig(
        v.get(PATH),
        v.get(APPEND),
        rotation == null ? 0 : rotation.maxMegabytes() << 20,
        rotation == null ? 0 : rotation.maxBackups(),
        DeliveryKeys.localDelivery(v));
  }
}
