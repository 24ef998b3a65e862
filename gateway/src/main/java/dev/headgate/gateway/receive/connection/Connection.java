package dev.headgate.gateway.receive.connection;

import dev.headgate.config.ConnectionConfig;
import dev.headgate.pipeline.payload.NanoClock;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// What is known of one connection: what it owes, and why it ends.
///
/// **Threading:** confined to the connection's event loop.
public final class Connection {
  /// What of the answers that wait a client has to read within the write timeout, in bytes.
  private static final long FAIR_BYTES = 4 << 10;

  private static final long CHECKS_PER_TIMEOUT = 4;
  private static final long LEAST_CHECK_NANOS = 10_000_000;
  private static final long MOST_CHECK_NANOS = 5_000_000_000L;

  private final Connections connections;
  private final @Nullable InetAddress address;
  private final NanoClock clock;
  private final long frameTimeoutNanos;
  private final long writeTimeoutNanos;
  private final FrameMeter meter;
  private @Nullable CloseReason reason;
  private boolean ended;
  private boolean expired;
  private boolean frameOpen;
  private long frameSinceNanos;
  private boolean unread;
  private long unreadSinceNanos;
  private long flushedBytes;

  Connection(
      Connections connections,
      @Nullable InetAddress address,
      NanoClock clock,
      ConnectionConfig config) {
    this.connections = connections;
    this.address = address;
    this.clock = clock;
    this.frameTimeoutNanos = config.readHeaderTimeout().toNanos();
    this.writeTimeoutNanos = config.writeTimeout().toNanos();
    this.meter = new FrameMeter(clock.nanoTime());
  }

  /// Says why the connection is about to end, if it is known; the first reason stands.
  public void because(@Nullable CloseReason why) {
    if (reason == null) {
      reason = why;
    }
  }

  /// Books the end. Idempotent.
  public void ended() {
    if (!ended) {
      ended = true;
      connections.closed(address, reason == null ? CloseReason.CLIENT : reason);
    }
  }

  /// From now on the connection is to end with its next answer.
  public void expire() {
    expired = true;
  }

  /// Whether it has lived long enough.
  public boolean expired() {
    return expired;
  }

  /// HTTP/2: what of the client's bytes is begun and has to be followed by its rest.
  ///
  /// @param open whether something is
  /// @param completed whether something was completed since this was last said
  void frames(boolean open, boolean completed) {
    if (open && (!frameOpen || completed)) {
      frameSinceNanos = clock.nanoTime();
    }
    frameOpen = open;
  }

  /// HTTP/2: the client has begun as it has to, where its frames cannot be followed.
  public void begun() {
    frameOpen = false;
  }

  /// HTTP/2: a frame that carries something, or begins a request, has come.
  public void usefulFrame() {
    meter.useful();
  }

  /// HTTP/2: a frame that carries nothing has come; false when there are too many of them.
  public boolean controlFrame() {
    return meter.control(clock.nanoTime());
  }

  /// Books a stream that is reset while the connection goes on.
  public void streamReset(ConnectionMetrics.Reset why) {
    connections.reset(why);
  }

  /// How often [#overdue] is to be asked.
  public long checkNanos() {
    long least = MOST_CHECK_NANOS;
    if (frameTimeoutNanos > 0) {
      least = Math.min(least, frameTimeoutNanos / CHECKS_PER_TIMEOUT);
    }
    if (writeTimeoutNanos > 0) {
      least = Math.min(least, writeTimeoutNanos / CHECKS_PER_TIMEOUT);
    }
    return Math.max(LEAST_CHECK_NANOS, least);
  }

  /// How many checks make a write timeout, 0 when there is none.
  public int checksPerWriteTimeout() {
    return writeTimeoutNanos <= 0
        ? 0
        : (int) Math.min(Integer.MAX_VALUE, Math.max(1, writeTimeoutNanos / checkNanos()));
  }

  /// Why the connection has to be closed now, null when it need not.
  ///
  /// @param writtenBytes what was written to it since it began
  /// @param pendingBytes what of that the client has not taken yet
  public @Nullable CloseReason overdue(long writtenBytes, long pendingBytes) {
    long now = clock.nanoTime();
    if (frameOpen && frameTimeoutNanos > 0 && now - frameSinceNanos >= frameTimeoutNanos) {
      return CloseReason.HEADER_TIMEOUT;
    }
    long flushed = writtenBytes - pendingBytes;
    if (pendingBytes == 0) {
      unread = false;
    } else if (!unread || flushed - flushedBytes >= FAIR_BYTES) {
      unread = true;
      unreadSinceNanos = now;
      flushedBytes = flushed;
    } else if (writeTimeoutNanos > 0 && now - unreadSinceNanos >= writeTimeoutNanos) {
      return CloseReason.WRITE_TIMEOUT;
    }
    return null;
  }
}
