package dev.headgate.gateway.receive.grpc;

import dev.headgate.gateway.admit.Transit;
import dev.headgate.gateway.admit.Turn;
import dev.headgate.pipeline.payload.Reservation;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/// What the messages of one connection take in direct memory while they arrive. Where there is no
/// room for more nothing is read from the connection for a moment: its messages share its bytes, so
/// that all of them wait or none.
///
/// **Threading:** confined to the connection's event loop.
///
/// **Ownership:** holds what is counted until it is taken away again.
final class ArrivingBytes {
  private final Transit transit;
  private final GrpcConnection connection;
  private final Reservation held;
  private long countedBytes;
  private @Nullable Turn turn;
  private @Nullable Runnable onNoRoom;

  ArrivingBytes(Transit transit, GrpcConnection connection) {
    this.transit = transit;
    this.connection = connection;
    this.held = transit.open();
  }

  /// Counts what may have been read with the head of a call that waits to begin: the transport does
  /// not say it before. False: too many of those.
  boolean addHead(long bytes) {
    if (!transit.tryGrowByHead(held, bytes)) {
      return false;
    }
    countedBytes += bytes;
    return true;
  }

  /// Counts what was read. False: there is no place for it at all.
  ///
  /// @param whenNoRoom called on the event loop when nothing more may be read for too long
  boolean add(long bytes, Runnable whenNoRoom) {
    long missingBytes = countedBytes + bytes - held.bytes();
    if (missingBytes > 0
        && !transit.tryGrow(held, missingBytes, this)
        && !(held.tryGrowIntoSpare(missingBytes) && isWaiting(whenNoRoom))) {
      held.shrinkTo(countedBytes);
      return false;
    }
    countedBytes += bytes;
    return true;
  }

  private boolean isWaiting(Runnable whenNoRoom) {
    EventExecutor loop = connection.loop();
    if (turn == null && loop != null) {
      turn = transit.await(held, this, loop, this::onTurn);
      if (turn != null) {
        onNoRoom = whenNoRoom;
        connection.pause();
      }
    }
    return turn != null;
  }

  private void onTurn(@Nullable Reservation granted) {
    turn = null;
    connection.resume();
    Runnable refused = onNoRoom;
    onNoRoom = null;
    if (granted != null) {
      held.add(granted);
    } else if (refused != null) {
      refused.run();
    }
  }

  /// Takes away what is complete, or not wanted any more.
  void remove(long bytes) {
    countedBytes -= bytes;
    if (countedBytes == 0) {
      transit.finished(this);
      stopWaiting();
    }
    held.shrinkTo(countedBytes);
  }

  private void stopWaiting() {
    Turn waiting = turn;
    if (waiting != null) {
      turn = null;
      onNoRoom = null;
      waiting.cancel();
      connection.resume();
    }
  }
}
