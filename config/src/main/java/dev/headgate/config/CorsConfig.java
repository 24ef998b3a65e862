package dev.headgate.config;

import java.util.List;

/// `cors` of the HTTP receiver: which web pages may send.
///
/// @param allowedOrigins origins, each with at most one `*` for any characters; none = off
/// @param allowedHeaders headers that pages may send, `*` = any
/// @param exposedHeaders headers of answers that pages may read
/// @param maxAgeSeconds how long browsers may keep the answer of a preflight; 0 = as they like,
///   below = not at all
public record CorsConfig(
    List<String> allowedOrigins,
    List<String> allowedHeaders,
    List<String> exposedHeaders,
    int maxAgeSeconds) {
  /// Copies the lists.
  public CorsConfig {
    allowedOrigins = List.copyOf(allowedOrigins);
    allowedHeaders = List.copyOf(allowedHeaders);
    exposedHeaders = List.copyOf(exposedHeaders);
  }
}
