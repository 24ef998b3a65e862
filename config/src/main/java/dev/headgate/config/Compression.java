package dev.headgate.config;

/// How exporters compress what they send.
public enum Compression {
  NONE,
  GZIP,
  ZSTD
}
