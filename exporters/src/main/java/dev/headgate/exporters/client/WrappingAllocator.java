package dev.headgate.exporters.client;

import dev.headgate.pipeline.memory.Bytes;
import io.grpc.netty.shaded.io.netty.buffer.AbstractByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.CompositeByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.PooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledHeapByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// The memory of connections on which messages are not compressed: grpc-java asks it for a buffer
/// of a message's length to copy the message into, and gets one that holds on to the arrays it is
/// given instead.
///
/// Those arrays are payloads, which do not change while they are held. They are copied frame by
/// frame when the frames are written, 16 KiB that are still in the processor's cache when the
/// kernel reads them, and not into a buffer of up to 1 MiB for which the pool has to get and clear
/// a chunk of 2 MiB every few requests. (Compressed messages may not come here: compressors write
/// their scratch memory over and over.)
///
/// grpc-java passes on arrays, not whose they are: the thread remembers what it is writing.
///
/// **Threading:** any thread.
///
/// **Ownership:** a buffer holds the bytes that were written to it until it is released, that is
/// until their last frame is on the socket.
final class WrappingAllocator extends AbstractByteBufAllocator {
  /// What is asked for exactly and is at least so large is for a message.
  private static final int MESSAGE_BYTES = 4 << 10;

  /// What is worth an object instead of a copy.
  private static final int WRAPPED_BYTES = 1 << 10;

  /// Chunks of 2 MiB, as grpc-java has them.
  private static final int PAGE_BYTES = 8 << 10;

  private static final int PAGES_LOG = 8;

  /// What the thread is writing.
  private static final ThreadLocal<@Nullable Bytes> WRITTEN = new ThreadLocal<>();

  // One arena is enough behind the caches of the event loops; what is on the heap is wrapped.
  private final ByteBufAllocator pool =
      new PooledByteBufAllocator(
          true,
          0,
          1,
          PAGE_BYTES,
          PAGES_LOG,
          PooledByteBufAllocator.defaultSmallCacheSize(),
          PooledByteBufAllocator.defaultNormalCacheSize(),
          PooledByteBufAllocator.defaultUseCacheForAllThreads());

  WrappingAllocator() {
    super(true);
  }

  /// Writes a part of some bytes; a buffer of ours that gets it holds on to them.
  ///
  /// @param target writes to a buffer of this allocator, or copies
  static void write(Bytes source, int offset, int length, OutputStream target) throws IOException {
    WRITTEN.set(source);
    try {
      target.write(source.array(), offset, length);
    } finally {
      WRITTEN.set(null); // remove() looks through the thread's table, for every part
    }
  }

  /// An array that is held until nobody reads the buffer any more.
  private static final class Held extends UnpooledHeapByteBuf {
    private final Bytes bytes;

    Held(ByteBufAllocator allocator, Bytes bytes) {
      super(allocator, bytes.array(), bytes.array().length);
      this.bytes = bytes.retain();
    }

    @Override
    protected void freeArray(byte[] array) {
      bytes.release();
    }
  }

  @Override
  public ByteBuf buffer(int initialCapacity, int maxCapacity) {
    return initialCapacity == maxCapacity && initialCapacity >= MESSAGE_BYTES
        ? new Message(pool, maxCapacity)
        : super.buffer(initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    return pool.heapBuffer(initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    return pool.directBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return pool.isDirectBufferPooled();
  }

  /// A message made of the arrays that are written to it.
  private static final class Message extends CompositeByteBuf {
    private final int limitBytes;

    Message(ByteBufAllocator allocator, int limitBytes) {
      super(allocator, false, Integer.MAX_VALUE);
      this.limitBytes = limitBytes;
    }

    @Override
    public int writableBytes() {
      return limitBytes - writerIndex();
    }

    @Override
    public CompositeByteBuf writeBytes(byte[] source, int from, int length) {
      Bytes bytes = length < WRAPPED_BYTES ? null : written(source);
      return addComponent(
          true,
          bytes == null
              ? Unpooled.copiedBuffer(source, from, length)
              : new Held(alloc(), bytes).setIndex(from, from + length));
    }

    /// What the thread is writing if that is its array, or null.
    @SuppressWarnings("ReferenceEquality")
    private static @Nullable Bytes written(byte[] array) {
      Bytes bytes = WRITTEN.get();
      return bytes != null && bytes.array() == array ? bytes : null;
    }
  }
}
