package dev.headgate.config;

/// How exporters compress what they send.
public enum Compression {
  NONE,
  GZIP,
  ZSTD,
  /// The zlib format (RFC 1950), which `Content-Encoding` calls deflate.
  DEFLATE
}
