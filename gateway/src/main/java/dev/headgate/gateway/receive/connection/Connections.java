package dev.headgate.gateway.receive.connection;

import dev.headgate.config.ConnectionConfig;
import dev.headgate.pipeline.payload.NanoClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The connections of one receiver and transport: takes them up to its limits and counts them.
///
/// **Threading:** any thread; the lock is held for a look into a map, once as a connection comes
/// and once as it goes.
public final class Connections {
  private final ConnectionMetrics.Bound metrics;
  private volatile ConnectionConfig config;
  private final NanoClock clock;
  private final Map<InetAddress, Integer> perAddress = new HashMap<>();
  private volatile int open; // written under the lock

  /// @param metrics where connections are counted
  /// @param config how many there may be, and for how long they may be silent
  public Connections(ConnectionMetrics.Bound metrics, ConnectionConfig config, NanoClock clock) {
    this.metrics = metrics;
    this.config = config;
    this.clock = clock;
  }

  /// From now on other limits and times apply, to new connections.
  public void use(ConnectionConfig next) {
    config = next;
  }

  /// How many there are.
  public int open() {
    return open;
  }

  /// Takes a connection, or returns null when there are too many: it is to be closed at once.
  ///
  /// @param remote where it comes from
  public @Nullable Connection tryOpen(@Nullable SocketAddress remote) {
    ConnectionConfig limits = config;
    @Nullable InetAddress address =
        remote instanceof InetSocketAddress internet ? internet.getAddress() : null;
    ConnectionMetrics.@Nullable Refusal refusal = take(address, limits);
    if (refusal != null) {
      metrics.refused(refusal);
      return null;
    }
    metrics.opened();
    return new Connection(this, address, clock, limits);
  }

  private synchronized ConnectionMetrics.@Nullable Refusal take(
      @Nullable InetAddress address, ConnectionConfig limits) {
    if (open >= limits.maxConnections()) {
      return ConnectionMetrics.Refusal.LIMIT;
    }
    if (address != null) {
      int mine = perAddress.getOrDefault(address, 0);
      if (mine >= limits.maxConnectionsPerAddress()) {
        return ConnectionMetrics.Refusal.ADDRESS_LIMIT;
      }
      perAddress.put(address, mine + 1);
    }
    open++;
    return null;
  }

  void closed(@Nullable InetAddress address, CloseReason reason) {
    synchronized (this) {
      open--;
      if (address != null) {
        perAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
      }
    }
    metrics.closed(reason);
  }

  void reset(ConnectionMetrics.Reset reset) {
    metrics.reset(reset);
  }
}
