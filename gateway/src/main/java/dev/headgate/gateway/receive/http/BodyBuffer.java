package dev.headgate.gateway.receive.http;

import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Reservation;
import io.netty.buffer.ByteBuf;

/// Collects a request's body into one array. What the body needs is charged to the budget before
/// the array is taken, and what the array is longer before it is used.
///
/// **Threading:** confined to the connection's event loop.
///
/// **Ownership:** holds the reservation until [#take] or [#release].
final class BodyBuffer {
  /// What a body of unknown length reserves first, in bytes.
  static final int FIRST_BYTES = 1 << 16;

  private static final byte[] EMPTY = {};

  private final Reservation reservation;
  private final ArrayPool pool;
  private final long maxBytes;
  private final boolean lengthKnown;
  private byte[] bytes = EMPTY;
  private int size;

  /// What became of an attempt to append.
  enum Appended {
    OK,
    TOO_LARGE,
    NO_ROOM
  }

  /// @param pool lends the body's array
  /// @param reservation the declared length, or [#FIRST_BYTES] when it is unknown
  /// @param maxBytes the largest body allowed
  BodyBuffer(Reservation reservation, ArrayPool pool, boolean lengthKnown, long maxBytes) {
    this.reservation = reservation;
    this.pool = pool;
    this.lengthKnown = lengthKnown;
    this.maxBytes = maxBytes;
  }

  Appended append(ByteBuf content) {
    int more = content.readableBytes();
    if (more == 0) {
      return Appended.OK;
    }
    long needed = (long) size + more;
    if (needed > maxBytes) {
      return Appended.TOO_LARGE;
    }
    if (needed > bytes.length && !grow(needed)) {
      return Appended.NO_ROOM;
    }
    content.readBytes(bytes, size, more);
    size += more;
    return Appended.OK;
  }

  /// The body; the reservation covers and carries just that and is the caller's.
  Bytes take() {
    byte[] array = bytes;
    bytes = EMPTY;
    Bytes result;
    if (lengthKnown) {
      result = pool.lend(array, size);
    } else {
      // It has grown by doubling.
      result = pool.copy(array, size);
      pool.giveBack(array);
    }
    reservation.resizeTo(result.heldBytes());
    reservation.carry(result);
    return result;
  }

  Reservation reservation() {
    return reservation;
  }

  void release() {
    pool.giveBack(bytes);
    bytes = EMPTY;
    reservation.release();
  }

  private boolean grow(long needed) {
    long target =
        lengthKnown
            ? Math.max(needed, reservation.bytes())
            : Math.min(maxBytes, Math.max(needed, Math.max(FIRST_BYTES, bytes.length * 2L)));
    if (!covers(target)) {
      return false;
    }
    byte[] larger = pool.take((int) target);
    // What it is longer than asked for, an eighth at most, is charged in any case.
    reservation.resizeTo(larger.length);
    System.arraycopy(bytes, 0, larger, 0, size);
    pool.giveBack(bytes);
    bytes = larger;
    return true;
  }

  private boolean covers(long needed) {
    long missing = needed - reservation.bytes();
    return missing <= 0 || reservation.tryGrow(missing);
  }
}
