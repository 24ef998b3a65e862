package dev.headgate.exporters.client;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;

/// A part of some bytes as it is given to a connection without TLS: not copied, only held. The JDK
/// copies it when the socket is written to, to native memory that belongs to the thread and not to
/// the connection, so that a connection whose backend does not read costs none. (For the Netty
/// within grpc-java [WrappingAllocator] holds whole messages, but their frames are copied.)
///
/// Only for channels whose handlers do not write into what they are given.
///
/// **Ownership:** holds the bytes until it is released, that is until it is on the socket or the
/// connection is closed.
final class HeldPiece extends UnpooledHeapByteBuf {
  private final Bytes bytes;

  /// @param offset where the piece begins within the slice
  HeldPiece(ByteBufAllocator allocator, Slice slice, int offset, int count) {
    super(allocator, slice.bytes().array(), slice.bytes().array().length);
    this.bytes = slice.bytes().retain();
    int from = slice.from() + offset;
    setIndex(from, from + count);
  }

  /// Not so; but a channel copies all that says otherwise to direct memory before it queues it.
  @Override
  public boolean isDirect() {
    return true;
  }

  @Override
  public ByteBuf capacity(int newCapacity) {
    throw new UnsupportedOperationException("a payload has the length it has");
  }

  @Override
  protected void freeArray(byte[] array) {
    bytes.release();
  }
}
