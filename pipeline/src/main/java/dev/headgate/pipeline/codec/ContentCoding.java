package dev.headgate.pipeline.codec;

import org.jspecify.annotations.Nullable;

/// How a body is compressed: the value of `Content-Encoding` or `grpc-encoding`.
public enum ContentCoding {
  IDENTITY("identity"),
  GZIP("gzip"),
  ZSTD("zstd"),
  DEFLATE("deflate");

  private final String token;

  ContentCoding(String token) {
    this.token = token;
  }

  /// The name on the wire.
  public String token() {
    return token;
  }

  /// The coding of a header value in any case (absent or empty = identity), null when unsupported.
  public static @Nullable ContentCoding parse(@Nullable String value) {
    if (value == null || value.isBlank()) {
      return IDENTITY;
    }
    String token = value.strip();
    if (token.equalsIgnoreCase("zlib")) {
      // What the Collector calls the same.
      return DEFLATE;
    }
    for (ContentCoding coding : values()) {
      if (coding.token.equalsIgnoreCase(token)) {
        return coding;
      }
    }
    return null;
  }
}
