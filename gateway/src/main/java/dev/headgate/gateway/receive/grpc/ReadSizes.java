package dev.headgate.gateway.receive.grpc;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator;
import java.util.function.IntSupplier;

/// How much is read from a connection at once: Netty's 64 KiB at most, and a frame's 16 KiB where
/// there are many connections.
///
/// A buffer stays as long as a message has a part in it, and where several messages arrive on one
/// connection each read has parts of all of them. With 256 connections of four calls each, five
/// times what the gateway takes, all 64 MiB of direct memory were held so and nothing could be sent
/// any more; with 16 KiB a read it went on (2026-11-22). Not for few connections: a large message
/// costs up to 1.3 times the CPU when it is read in such pieces.
///
/// **Threading:** any thread; each handle belongs to its connection's event loop.
@SuppressWarnings("deprecation") // handles: Netty has no other way to say it
final class ReadSizes implements RecvByteBufAllocator {
  private static final int MANY_CONNECTIONS = 64;
  private static final int FRAME_BYTES = 16 << 10;

  private final RecvByteBufAllocator adaptive = new AdaptiveRecvByteBufAllocator();
  private final IntSupplier connections;

  /// @param connections how many there are
  ReadSizes(IntSupplier connections) {
    this.connections = connections;
  }

  @Override
  public Handle newHandle() {
    return new Bounded(adaptive.newHandle());
  }

  /// Netty's own guess up to the bound.
  private final class Bounded extends DelegatingHandle {
    Bounded(Handle handle) {
      super(handle);
    }

    @Override
    public int guess() {
      int guess = delegate().guess();
      return connections.getAsInt() > MANY_CONNECTIONS ? Math.min(guess, FRAME_BYTES) : guess;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return allocator.ioBuffer(guess());
    }
  }
}
