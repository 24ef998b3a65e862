package dev.headgate.bench.load;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import java.net.InetSocketAddress;

/// What a generator is to do.
///
/// @param grpc OTLP/gRPC, else OTLP/HTTP with protobuf
/// @param target where to send
/// @param items in each request
/// @param connections all that are opened
/// @param inFlight requests on each connection at a time
/// @param requestsPerSecond of the fixed schedule; 0 = as fast as answers come
/// @param warmupNanos before anything is measured
/// @param durationNanos that are measured
/// @param secretPercent the share of spans and log records that hold secrets
/// @param seed of the content
/// @param run tells the items of this run from those of others, 16 bits
record GeneratePlan(
    boolean grpc,
    InetSocketAddress target,
    Signal signal,
    int items,
    ContentCoding compression,
    int connections,
    int inFlight,
    double requestsPerSecond,
    long warmupNanos,
    long durationNanos,
    double secretPercent,
    long seed,
    int run) {

  /// The path of the request.
  String path() {
    return switch (signal) {
      case TRACES ->
          grpc ? "/opentelemetry.proto.collector.trace.v1.TraceService/Export" : "/v1/traces";
      case LOGS -> grpc ? "/opentelemetry.proto.collector.logs.v1.LogsService/Export" : "/v1/logs";
      case METRICS ->
          grpc ? "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" : "/v1/metrics";
    };
  }

  /// The host and port as a header has them.
  String authority() {
    return target.getHostString() + ":" + target.getPort();
  }

  /// Writes what was asked for.
  void write(JsonLine json) {
    json.field("protocol", grpc ? "grpc" : "http")
        .field("target", authority())
        .field("signal", signal.key())
        .field("items_per_request", items)
        .field("compression", compression == ContentCoding.IDENTITY ? "none" : compression.token())
        .field("connections", connections)
        .field("in_flight", inFlight)
        .field("rate", requestsPerSecond)
        .field("secret_percent", secretPercent)
        .field("run", run)
        .field("ids", compression == ContentCoding.IDENTITY ? "unique" : "pool");
  }
}
