package dev.headgate.gateway.receive.grpc;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/// Joins what one read left of a frame with the next read without copying either.
///
/// Netty's usual way copies every byte of a large message once: the frames of a read still hold on
/// to its buffer, so what is left of it and the next read move to a new one. Small reads are copied
/// nevertheless, so that a client that sends in drops costs no buffer and no component a drop.
///
/// Where nothing more is to be read for now, which an empty read tells, what is left of a frame
/// moves to a buffer of its size: 500 connections with a few bytes of a frame each held 500 times
/// 64 KiB.
///
/// **Threading:** any thread.
final class FrameCumulator implements ByteToMessageDecoder.Cumulator {
  static final FrameCumulator INSTANCE = new FrameCumulator();

  private static final int LARGE_BYTES = 4 << 10;

  private FrameCumulator() {}

  @Override
  public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf cumulation, ByteBuf in) {
    if (!in.isReadable()) {
      in.release();
      return fitting(allocator, cumulation);
    }
    ByteToMessageDecoder.Cumulator way =
        in.readableBytes() < LARGE_BYTES
            ? ByteToMessageDecoder.MERGE_CUMULATOR
            : ByteToMessageDecoder.COMPOSITE_CUMULATOR;
    return way.cumulate(allocator, cumulation, in);
  }

  private static ByteBuf fitting(ByteBufAllocator allocator, ByteBuf left) {
    ByteBuf fitting = copy(allocator, left);
    if (fitting == null) {
      return left;
    }
    left.release();
    return fitting;
  }

  /// A copy that holds on to nothing else, or null when there is no direct memory.
  static @Nullable ByteBuf copy(ByteBufAllocator allocator, ByteBuf bytes) {
    ByteBuf copy;
    try {
      copy = allocator.directBuffer(bytes.readableBytes());
    } catch (OutOfMemoryError e) {
      return null;
    }
    return copy.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
  }
}
