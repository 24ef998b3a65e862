package dev.headgate.exporters.backend;

import dev.headgate.config.BackendKind;
import dev.headgate.exporters.delivery.BatchLimits;

/// How much one request to each backend may hold: below the tightest default of the backend's own
/// limits, so that a batch is never refused for its size where nobody changed them.
public final class BackendLimits {
  /// grpc-go takes messages of 4 MiB unless told otherwise.
  private static final long GRPC_BYTES = 7L << 19;

  private static final long HTTP_BYTES = 16L << 20;
  private static final long LOKI_BYTES = 1L << 20;
  private static final long MIMIR_POINTS = 10_000;
  private static final long NO_LIMIT = 0;

  private BackendLimits() {}

  /// The limits of an exporter that stays on this machine: none.
  public static BatchLimits local() {
    return new BatchLimits(Long.MAX_VALUE, NO_LIMIT, BatchLimits.LENGTH, true);
  }

  /// The limits of a backend behind gRPC or HTTP.
  public static BatchLimits of(BackendKind kind, boolean grpc) {
    long bytes = grpc ? GRPC_BYTES : HTTP_BYTES;
    return switch (kind) {
      case LOKI ->
          new BatchLimits(Math.min(bytes, LOKI_BYTES), NO_LIMIT, LokiSize::expandedBytes, true);
      case MIMIR -> new BatchLimits(bytes, MIMIR_POINTS, BatchLimits.LENGTH, true);
      case OTLP, TEMPO, PROMETHEUS -> new BatchLimits(bytes, NO_LIMIT, BatchLimits.LENGTH, true);
    };
  }
}
