package dev.headgate.gateway.receive.grpc;

/// What one message takes of its connection's [ArrivingBytes].
///
/// **Threading:** confined to the connection's event loop.
///
/// **Ownership:** holds what it has counted until [#leave].
final class ArrivingMessage {
  /// The most that one read takes from a socket.
  private static final int READ_BYTES = 1 << 16;

  private final GrpcConnection connection;
  private long countedBytes;

  ArrivingMessage(GrpcConnection connection) {
    this.connection = connection;
  }

  /// Counts what may have been read with the call's head, which waits to begin. False: no room.
  boolean addHead() {
    return countAhead(READ_BYTES);
  }

  /// Counts what comes of it before it comes, all of a usual message. False: no room.
  ///
  /// @param bytes with what has arrived
  boolean expect(long bytes) {
    long moreBytes = connection.arriving().mostAhead(bytes) - countedBytes;
    return moreBytes <= 0 || countAhead(moreBytes);
  }

  private boolean countAhead(long bytes) {
    if (!connection.arriving().addAhead(bytes)) {
      return false;
    }
    counted(bytes);
    return true;
  }

  private void counted(long moreBytes) {
    if (countedBytes == 0) {
      connection.arriving().messages(1);
    }
    countedBytes += moreBytes;
  }

  /// Counts what has arrived. False: there is no place for it at all.
  ///
  /// @param bytes all that has arrived of it
  /// @param whenNoRoom called on the event loop when nothing more may be read for too long
  boolean arrived(long bytes, Runnable whenNoRoom) {
    long moreBytes = bytes - countedBytes;
    if (moreBytes > 0) {
      if (!connection.arriving().add(moreBytes, () -> refuseUnlessLeft(whenNoRoom))) {
        return false;
      }
      counted(moreBytes);
    }
    return true;
  }

  private void refuseUnlessLeft(Runnable whenNoRoom) {
    if (countedBytes > 0) {
      whenNoRoom.run();
    }
  }

  /// It is complete, or not wanted any more.
  void leave() {
    long bytes = countedBytes;
    countedBytes = 0;
    if (bytes > 0) {
      connection.arriving().messages(-1);
      connection.arriving().remove(bytes);
    }
  }
}
