package dev.headgate.exporters.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connections to one host that wait for their next request. The youngest is used first, so
/// that surplus ones grow old and are closed.
///
/// **Threading:** any thread.
///
/// **Ownership:** owns the connections in it.
final class IdleConnections implements AutoCloseable {
  /// Below what servers and balancers in between commonly allow.
  static final long MAX_IDLE_SECONDS = 90;

  private static final int MAX_CONNECTIONS = 32;

  private final Deque<Idle> idle = new ArrayDeque<>();
  private boolean closed;

  private record Idle(Channel channel, Future<?> expiry) {}

  /// Takes a connection that had no request under way; null when there is none.
  @Nullable Channel poll() {
    while (true) {
      Idle youngest;
      synchronized (this) {
        youngest = idle.pollFirst();
      }
      if (youngest == null) {
        return null;
      }
      youngest.expiry().cancel(false);
      if (youngest.channel().isActive()) {
        return youngest.channel();
      }
    }
  }

  /// Keeps a connection, or closes it when there are enough; on its event loop.
  void keep(Channel channel) {
    if (!tryKeep(channel)) {
      ChannelFuture _ = channel.close();
    }
  }

  private synchronized boolean tryKeep(Channel channel) {
    if (closed || idle.size() >= MAX_CONNECTIONS || !channel.isActive()) {
      return false;
    }
    Future<?> expiry =
        channel.eventLoop().schedule(() -> expire(channel), MAX_IDLE_SECONDS, TimeUnit.SECONDS);
    idle.addFirst(new Idle(channel, expiry));
    return true;
  }

  private void expire(Channel channel) {
    if (remove(channel)) {
      ChannelFuture _ = channel.close();
    }
  }

  /// Forgets a connection.
  ///
  /// @return whether it was idle
  synchronized boolean remove(Channel channel) {
    for (Iterator<Idle> all = idle.iterator(); all.hasNext(); ) {
      Idle one = all.next();
      if (one.channel().equals(channel)) {
        all.remove();
        one.expiry().cancel(false);
        return true;
      }
    }
    return false;
  }

  synchronized int size() {
    return idle.size();
  }

  /// Closes all, and each that comes later.
  @Override
  public void close() {
    List<Idle> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(idle);
      idle.clear();
    }
    for (Idle one : all) {
      one.expiry().cancel(false);
      ChannelFuture _ = one.channel().close();
    }
  }
}
