package dev.headgate.config.load;

import dev.headgate.config.CorsConfig;
import dev.headgate.config.GrpcServerConfig;
import dev.headgate.config.HostPort;
import dev.headgate.config.HttpServerConfig;
import dev.headgate.config.OtlpReceiverConfig;
import dev.headgate.config.Secret;
import dev.headgate.config.TlsServerConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/// The `otlp` receiver.
final class OtlpReceiverBlock {
  private static final long MAX_MESSAGE_MIB = 1024;

  private static final GrpcServerConfig GRPC_DEFAULT = GrpcServerConfig.DEFAULT;
  private static final HttpServerConfig HTTP_DEFAULT = HttpServerConfig.DEFAULT;

  private static final Key<Boolean> INCLUDE_METADATA =
      Key.of(
          "include_metadata",
          Types.BOOL,
          false,
          "take the tenant from the header `X-Scope-OrgID` and send it on to the backends, and take"
              + " the headers that a `headers_setter` names in `from_context`");
  private static final Key<TlsServerConfig> TLS =
      Key.optional("tls", TlsBlocks.SERVER, "plain text", "encryption");

  private static final Key<HostPort> GRPC_ENDPOINT =
      Key.of("endpoint", Types.LISTEN, GRPC_DEFAULT.endpoint(), "address to listen on");
  private static final Key<Long> MAX_RECV =
      Key.of(
          "max_recv_msg_size_mib",
          Types.wholeNumber(0, MAX_MESSAGE_MIB),
          GRPC_DEFAULT.maxRecvMsgSizeBytes(),
          "largest message in MiB, before and after inflating; 0 = the smaller of 64 MiB and an"
              + " eighth of the byte budget");
  private static final Key<Integer> MAX_STREAMS =
      Key.of(
          "max_concurrent_streams",
          Types.integer(0, Integer.MAX_VALUE),
          GRPC_DEFAULT.maxConcurrentStreams(),
          "calls at once on one connection; 0 = the default");

  static final Block<GrpcServerConfig> GRPC =
      Block.of(
              OtlpReceiverBlock::grpc,
              GRPC_ENDPOINT,
              MAX_RECV,
              MAX_STREAMS,
              ConnectionKeys.READ_HEADER_TIMEOUT,
              ConnectionKeys.READ_TIMEOUT,
              ConnectionKeys.WRITE_TIMEOUT,
              ConnectionKeys.MAX_CONNECTIONS,
              ConnectionKeys.MAX_PER_ADDRESS,
              KeepaliveBlock.KEEPALIVE,
              INCLUDE_METADATA,
              TLS,
              AuthKeys.SERVER)
          .harmless("buffers size themselves", "read_buffer_size", "write_buffer_size")
          .unsupportedUnless(Set.of("tcp"), "tcp", "transport")
          .unsupported("the limits of the byte budget, always in force", "middlewares");

  private static final Key<CorsConfig> CORS =
      Key.optional("cors", CorsBlock.BLOCK, "off", "which web pages may send");
  private static final Key<Map<String, Secret>> RESPONSE_HEADERS =
      Key.of("response_headers", new HeadersType(), Map.of(), "added to every answer");
  private static final Key<HostPort> HTTP_ENDPOINT =
      Key.of("endpoint", Types.LISTEN, HTTP_DEFAULT.endpoint(), "address to listen on");
  private static final Key<Long> MAX_BODY =
      Key.of(
          "max_request_body_size",
          Types.BYTES,
          HTTP_DEFAULT.maxRequestBodySizeBytes(),
          "largest body, before and after inflating; 0 = the smaller of 64 MiB and an eighth of"
              + " the byte budget");
  private static final Key<String> TRACES_PATH =
      Key.of("traces_url_path", Types.URL_PATH, HTTP_DEFAULT.tracesUrlPath(), "path of traces");
  private static final Key<String> LOGS_PATH =
      Key.of("logs_url_path", Types.URL_PATH, HTTP_DEFAULT.logsUrlPath(), "path of logs");
  private static final Key<String> METRICS_PATH =
      Key.of("metrics_url_path", Types.URL_PATH, HTTP_DEFAULT.metricsUrlPath(), "path of metrics");
  private static final Key<Duration> IDLE_TIMEOUT =
      Key.of(
          "idle_timeout",
          Types.DURATION,
          HTTP_DEFAULT.idleTimeout(),
          "a connection without requests is closed after this time; 0 = never");
  private static final Key<Duration> MAX_AGE =
      Key.of(
          "max_connection_age",
          Types.DURATION,
          HTTP_DEFAULT.maxConnectionAge(),
          "a connection is ended after this time, give or take a tenth, so that clients spread over"
              + " replicas: HTTP/1.1 with the next answer, HTTP/2 with GOAWAY; 0 = never");
  private static final Key<Duration> MAX_AGE_GRACE =
      Key.of(
          "max_connection_age_grace",
          Types.DURATION,
          HTTP_DEFAULT.maxConnectionAgeGrace(),
          "how long its requests may go on after that; 0 = for ever");

  static final Block<HttpServerConfig> HTTP =
      Block.of(
              OtlpReceiverBlock::http,
              HTTP_ENDPOINT,
              MAX_BODY,
              TRACES_PATH,
              LOGS_PATH,
              METRICS_PATH,
              ConnectionKeys.READ_HEADER_TIMEOUT,
              ConnectionKeys.READ_TIMEOUT,
              ConnectionKeys.WRITE_TIMEOUT,
              IDLE_TIMEOUT,
              MAX_AGE,
              MAX_AGE_GRACE,
              ConnectionKeys.MAX_CONNECTIONS,
              ConnectionKeys.MAX_PER_ADDRESS,
              INCLUDE_METADATA,
              TLS,
              AuthKeys.SERVER,
              CORS,
              RESPONSE_HEADERS)
          .harmless("gzip, zstd and deflate are always taken", "compression_algorithms")
          .harmless("profiles are not received", "profiles_url_path")
          .unsupportedUnless(Set.of("tcp"), "tcp", "transport")
          .unsupportedUnless(
              Set.of("true"), "idle_timeout to close connections", "keep_alives_enabled")
          .unsupported("the limits of the byte budget, always in force", "middlewares");

  private static final Key<GrpcServerConfig> GRPC_KEY =
      Key.presence("grpc", GRPC, "off", "OTLP/gRPC; `grpc:` alone switches it on");
  private static final Key<HttpServerConfig> HTTP_KEY =
      Key.presence("http", HTTP, "off", "OTLP/HTTP; `http:` alone switches it on");

  private static final Key<OtlpReceiverConfig> PROTOCOLS =
      Key.block(
          "protocols",
          Block.of(
              v -> new OtlpReceiverConfig(v.find(GRPC_KEY), v.find(HTTP_KEY)), GRPC_KEY, HTTP_KEY),
          "at least one of the two");

  static final Block<OtlpReceiverConfig> BLOCK = Block.of(v -> v.get(PROTOCOLS), PROTOCOLS);

  private OtlpReceiverBlock() {}

  /// Exporters are read before, so it is known what they send on.
  private static Map<String, Boolean> contextHeaders(Values v) {
    return v.get(INCLUDE_METADATA) ? v.place().reading().contextHeaders() : Map.of();
  }

  private static GrpcServerConfig grpc(Values v) {
    int streams = v.get(MAX_STREAMS);
    return new GrpcServerConfig(
        v.get(GRPC_ENDPOINT),
        v.get(MAX_RECV) << 20,
        streams == 0 ? GRPC_DEFAULT.maxConcurrentStreams() : streams,
        ConnectionKeys.connections(v),
        v.get(KeepaliveBlock.KEEPALIVE),
        v.get(INCLUDE_METADATA),
        contextHeaders(v),
        v.find(TLS),
        v.find(AuthKeys.SERVER));
  }

  private static HttpServerConfig http(Values v) {
    if (v.get(MAX_BODY) > MAX_MESSAGE_MIB << 20) {
      v.problem(MAX_BODY, "too large (expected: at most " + MAX_MESSAGE_MIB + " MiB)");
    }
    CorsConfig cors = v.find(CORS);
    return new HttpServerConfig(
        v.get(HTTP_ENDPOINT),
        v.get(MAX_BODY),
        v.get(TRACES_PATH),
        v.get(LOGS_PATH),
        v.get(METRICS_PATH),
        v.get(INCLUDE_METADATA),
        contextHeaders(v),
        ConnectionKeys.connections(v),
        v.get(IDLE_TIMEOUT),
        v.get(MAX_AGE),
        v.get(MAX_AGE_GRACE),
        v.find(TLS),
        v.find(AuthKeys.SERVER),
        cors != null && cors.allowedOrigins().isEmpty() ? null : cors,
        v.get(RESPONSE_HEADERS));
  }
}
