package dev.headgate.config.load;

import dev.headgate.config.ConnectionConfig;
import java.time.Duration;

/// The keys of what clients may do to a listener.
final class ConnectionKeys {
  private static final ConnectionConfig DEFAULT = ConnectionConfig.DEFAULT;
  private static final int MOST_CONNECTIONS = 1_000_000;

  static final Key<Duration> READ_HEADER_TIMEOUT =
      Key.of(
          "read_header_timeout",
          Types.DURATION,
          DEFAULT.readHeaderTimeout(),
          "how long the head of a request may take, over HTTP/2 also the start of a connection and"
              + " any single frame; 0 = for ever");
  static final Key<Duration> READ_TIMEOUT =
      Key.of(
          "read_timeout",
          Types.DURATION,
          DEFAULT.readTimeout(),
          "time in which the next 64 KiB of a body, or its end, must arrive; 0 = for ever"
              + " (of what was reserved before it comes, over gRPC in overload: 5 s at most)");
  static final Key<Duration> WRITE_TIMEOUT =
      Key.of(
          "write_timeout",
          Types.DURATION,
          DEFAULT.writeTimeout(),
          "how long a client may leave an answer unread; 0 = for ever");
  static final Key<Integer> MAX_CONNECTIONS =
      Key.of(
          "max_connections",
          Types.integer(1, MOST_CONNECTIONS),
          DEFAULT.maxConnections(),
          "connections at once; more are closed as they come");
  static final Key<Integer> MAX_PER_ADDRESS =
      Key.of(
          "max_connections_per_address",
          Types.integer(1, MOST_CONNECTIONS),
          DEFAULT.maxConnectionsPerAddress(),
          "of those, connections of one IP address; raise it behind a proxy that opens many");

  private ConnectionKeys() {}

  static ConnectionConfig connections(Values v) {
    return new ConnectionConfig(
        v.get(READ_HEADER_TIMEOUT),
        v.get(READ_TIMEOUT),
        v.get(WRITE_TIMEOUT),
        v.get(MAX_CONNECTIONS),
        v.get(MAX_PER_ADDRESS));
  }
}
