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
  private static final long LARGE_BYTES = 64 << 10;

  private final Transit transit;
  private final GrpcConnection connection;
  private final Reservation held;
  private long countedBytes;
  private int messages;
  private boolean closed;
  private @Nullable Turn turn;
  private @Nullable Runnable onNoRoom;

  ArrivingBytes(Transit transit, GrpcConnection connection) {
    this.transit = transit;
    this.connection = connection;
    this.held = transit.open();
  }

  /// What of a message may be counted before it comes: all of a usual one, unless there is little
  /// room altogether.
  long mostAhead(long bytes) {
    return Math.min(bytes, transit.mostAheadBytes());
  }

  /// Counts what comes, or may have been read with the head of a call that waits to begin: the
  /// transport does not say it before. False: too much of that.
  boolean addAhead(long bytes) {
    long missingBytes = neededWith(bytes) - held.bytes();
    if (closed || (missingBytes > 0 && !transit.tryGrowAhead(held, missingBytes))) {
      return false;
    }
    countedBytes += bytes;
    return true;
  }

  /// Counts what was read. False: there is no place for it at all.
  ///
  /// @param whenNoRoom called on the event loop when nothing more may be read for too long, if it
  ///   was the last that something was read of
  boolean add(long bytes, Runnable whenNoRoom) {
    if (closed) {
      return false;
    }
    long missingBytes = neededWith(bytes) - held.bytes();
    if (missingBytes > 0 && !transit.tryGrow(held, missingBytes, this)) {
      if (!held.tryGrowIntoSpare(missingBytes)) {
        return false;
      }
      awaitMore();
    }
    countedBytes += bytes;
    onNoRoom = whenNoRoom;
    return true;
  }

  /// A client that sends in drops is read in small buffers, which hold little else.
  private long neededWith(long moreBytes) {
    long bytes = countedBytes + moreBytes;
    return bytes + Math.min(bytes, transit.besideBytes());
  }

  /// Where too many wait it goes on for as long as what it reads has a place.
  private void awaitMore() {
    EventExecutor loop = connection.loop();
    if (turn == null && loop != null) {
      turn = transit.await(held, this, loop, this::onTurn);
      if (turn != null) {
        connection.pause();
      }
    }
  }

  private void onTurn(@Nullable Reservation granted) {
    turn = null;
    connection.resume();
    Runnable refused = onNoRoom;
    if (granted != null) {
      held.add(granted);
    } else if (refused != null) {
      refused.run();
    }
  }

  /// Takes away what is complete, or not wanted any more.
  void remove(long bytes) {
    if (closed) {
      return;
    }
    countedBytes -= bytes;
    if (countedBytes == 0) {
      stopWaiting();
    }
    held.shrinkTo(neededWith(0));
  }

  /// Something is counted for so many messages more, or less.
  void messages(int more) {
    messages += more;
  }

  /// Whether a large message is counted, arrived or ahead, and no other.
  boolean isOneLargeMessage() {
    return messages == 1 && countedBytes >= LARGE_BYTES;
  }

  /// Its messages wait for something else: another connection may finish.
  void letOthersFinish() {
    transit.finished(this);
    transit.announce();
  }

  /// The connection has ended: nothing of it is there any more.
  void close() {
    closed = true;
    countedBytes = 0;
    stopWaiting();
    held.shrinkTo(0);
  }

  private void stopWaiting() {
    Turn waiting = turn;
    onNoRoom = null;
    if (waiting != null) {
      turn = null;
      waiting.cancel();
      connection.resume();
    }
    transit.finished(this); // last: until it was cancelled its turn could come
  }
}
