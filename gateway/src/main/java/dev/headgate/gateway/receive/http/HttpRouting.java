package dev.headgate.gateway.receive.http;

import dev.headgate.config.HttpServerConfig;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.worker.IngestRequest.Encoding;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which signal a path means and which encoding a content type means.
record HttpRouting(Map<String, Signal> paths) {
  static HttpRouting of(HttpServerConfig config) {
    return new HttpRouting(
        Map.of(
            config.tracesUrlPath(), Signal.TRACES,
            config.logsUrlPath(), Signal.LOGS,
            config.metricsUrlPath(), Signal.METRICS));
  }

  /// The signal of a request target, its query ignored; null when nothing is there.
  @Nullable Signal signal(String target) {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    int scheme = path.indexOf("://");
    if (scheme > 0 && !path.startsWith("/")) {
      // The absolute form, which a server has to take (RFC 9112 section 3.2.2).
      int start = path.indexOf('/', scheme + 3);
      path = start < 0 ? "/" : path.substring(start);
    }
    return paths.get(path);
  }

  /// The encoding of a `Content-Type` in any case and with any parameters, null when unsupported.
  static @Nullable Encoding encoding(@Nullable String contentType) {
    if (contentType == null) {
      return null;
    }
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return switch (type.strip().toLowerCase(Locale.ROOT)) {
      case "application/x-protobuf" -> Encoding.PROTOBUF;
      case "application/json" -> Encoding.JSON;
      default -> null;
    };
  }

  /// The content type of an encoding.
  static String contentType(Encoding encoding) {
    return switch (encoding) {
      case PROTOBUF -> "application/x-protobuf";
      case JSON -> "application/json";
    };
  }
}
