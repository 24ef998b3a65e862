package dev.headgate.config;

import java.time.Duration;

/// What the clients of one listener may do to it; a zero duration means for ever.
///
/// @param readHeaderTimeout how long the head of a request may take; over HTTP/2 the start of a
///   connection and any single frame
/// @param readTimeout time in which the next 64 KiB of a body, or its end, must arrive
/// @param writeTimeout how long a client may leave an answer unread
/// @param maxConnections connections at once
/// @param maxConnectionsPerAddress of those, connections of one IP address
public record ConnectionConfig(
    Duration readHeaderTimeout,
    Duration readTimeout,
    Duration writeTimeout,
    int maxConnections,
    int maxConnectionsPerAddress) {
  /// Long for honest clients, short for others: see docs/rationale.md.
  public static final ConnectionConfig DEFAULT =
      new ConnectionConfig(
          Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(30), 4096, 1024);

  /// Checks the limits.
  public ConnectionConfig {
    Require.notNegative("read_header_timeout", readHeaderTimeout);
    Require.notNegative("read_timeout", readTimeout);
    Require.notNegative("write_timeout", writeTimeout);
    Require.atLeast("max_connections", maxConnections, 1);
    Require.atLeast("max_connections_per_address", maxConnectionsPerAddress, 1);
  }
}
