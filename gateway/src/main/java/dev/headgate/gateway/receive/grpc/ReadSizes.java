package dev.headgate.gateway.receive.grpc;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelConfig;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/// How much is read from a connection at once: Netty's 64 KiB at most, and a frame's 16 KiB where
/// there are many connections. And how often in a row while it has more: as often as Netty would,
/// divided by the connections that are open, busy or not, but once at least. So a look at few
/// connections brings about as much as one at 16, and event loops work it off themselves.
///
/// What is answered meanwhile leaves in one write, when the reading is over. With one read at a
/// time a connection with many small requests under way cost a write for each and a look at the
/// selector for each read (figures: bench/README.md, growth).
///
/// A buffer stays as long as a message has a part in it. With 256 connections of four calls each
/// (gzip, 1,000 spans a request, half a core) direct memory ran out: exports failed, connections
/// broke and nothing was accepted any more; with 16 KiB a read it went on (2026-11-22). What held
/// the memory was not looked at; that several messages share a buffer is the likely reason. Not for
/// few connections: without a processor requests of 800 KB cost 1.29 times the CPU (1.10 to 1.56,
/// four rounds in turn) when read in such pieces. And not where one large message is counted and
/// nothing else of its connection: most of its buffers are its own.
///
/// **Threading:** any thread; each handle belongs to its connection's event loop.
@SuppressWarnings("deprecation") // handles: Netty has no other way to say it
final class ReadSizes implements RecvByteBufAllocator {
  private static final int MANY_CONNECTIONS = 64;
  private static final int FRAME_BYTES = 16 << 10;
  private static final int READS_PER_LOOK = 16;

  // Netty's default of 16 reads is for its own allocator only: it would be 1 without this.
  private final RecvByteBufAllocator adaptive =
      new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(READS_PER_LOOK);

  private final IntSupplier connections;
  private final BooleanSupplier oneLargeMessage;

  /// @param connections how many there are
  /// @param oneLargeMessage whether a large message is on its way on this one, and nothing else
  ReadSizes(IntSupplier connections, BooleanSupplier oneLargeMessage) {
    this.connections = connections;
    this.oneLargeMessage = oneLargeMessage;
  }

  @Override
  public Handle newHandle() {
    return new Bounded(adaptive.newHandle());
  }

  /// Netty's own guesses up to the bounds.
  private final class Bounded extends DelegatingHandle {
    private int reads;

    Bounded(Handle handle) {
      super(handle);
    }

    @Override
    public int guess() {
      int guess = delegate().guess();
      return connections.getAsInt() > MANY_CONNECTIONS && !oneLargeMessage.getAsBoolean()
          ? Math.min(guess, FRAME_BYTES)
          : guess;
    }

    @Override
    public void reset(ChannelConfig config) {
      reads = 0;
      super.reset(config);
    }

    @Override
    public boolean continueReading() {
      reads++;
      return (reads + 1) * connections.getAsInt() <= READS_PER_LOOK && super.continueReading();
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return allocator.ioBuffer(guess());
    }
  }
}
