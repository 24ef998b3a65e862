package dev.headgate.gateway.receive.grpc;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.codec.ByteToMessageDecoder;

/// Joins what one read left of a frame with the next read without copying either.
///
/// Netty's usual way copies every byte of a large message once: the frames of a read still hold on
/// to its buffer, so what is left of it and the next read move to a new one. Small reads are copied
/// nevertheless, so that a client that sends in drops costs no buffer and no component a drop.
///
/// **Threading:** any thread.
final class FrameCumulator implements ByteToMessageDecoder.Cumulator {
  static final FrameCumulator INSTANCE = new FrameCumulator();

  private static final int LARGE_BYTES = 4 << 10;

  private FrameCumulator() {}

  @Override
  public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf cumulation, ByteBuf in) {
    ByteToMessageDecoder.Cumulator way =
        in.readableBytes() < LARGE_BYTES
            ? ByteToMessageDecoder.MERGE_CUMULATOR
            : ByteToMessageDecoder.COMPOSITE_CUMULATOR;
    return way.cumulate(allocator, cumulation, in);
  }
}
