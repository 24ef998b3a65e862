package dev.headgate.pipeline.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.wire.MalformedInputException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Decompresses bodies, with memory bounded by the smaller of twice what was produced and the
/// limit, whatever a header says. What it asks its [Growth] for is the result and all memory that
/// it holds besides up to a mebibyte of its own; what was granted beyond the result's array is free
/// again when it returns or throws.
///
/// **Threading:** confined to one thread. **Ownership:** holds native memory; [#close] frees it.
public final class Decompressor implements AutoCloseable {
  /// RFC 9659: a zstd frame of HTTP needs a window of at most 8 MiB.
  private static final int ZSTD_WINDOW_LOG = 23;

  /// ISIZE (RFC 1952, section 2.3.1).
  private static final int GZIP_SIZE_BYTES = 4;

  /// A match of 258 bytes takes two bits.
  private static final long DEFLATE_MOST_TIMES = 1032;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final ArrayPool pool;
  private final BoundedOutput out = new BoundedOutput();
  private @Nullable InflateStream inflate;
  private @Nullable ZstdDecompressCtx zstd;

  /// A decompressor that makes arrays of their own.
  public Decompressor() {
    this(ArrayPool.NONE);
  }

  /// Creates a decompressor; contexts are made when they are first needed.
  ///
  /// @param pool lends the arrays of what is decompressed
  public Decompressor(ArrayPool pool) {
    this.pool = pool;
  }

  /// Decompresses a whole body: of gzip and zstd any number of members or frames in a row, of
  /// deflate one stream with or without its zlib wrapper.
  ///
  /// @param maxBytes the largest result
  /// @return the body itself for [ContentCoding#IDENTITY], else bytes of their own
  /// @throws TooLargeException when the result would be larger than allowed
  /// @throws NoRoomException when `growth` refused
  /// @throws MalformedInputException when the body is not compressed that way, is cut off, fails
  ///   its checksum, or has something behind its end
  public Bytes decompress(ContentCoding coding, Bytes body, long maxBytes, Growth growth) {
    if (coding == ContentCoding.IDENTITY) {
      if (body.length() > maxBytes) {
        throw new TooLargeException(maxBytes);
      }
      return body;
    }
    out.begin(maxBytes, growth);
    try {
      switch (coding) {
        case IDENTITY -> {}
        case GZIP -> inflate().gzip(body, out);
        case DEFLATE -> inflate().deflate(body, out);
        case ZSTD -> zstd(body);
      }
      return out.toBytes(pool);
    } finally {
      out.end();
    }
  }

  /// What a body says of its decompressed size: not to be relied on, and at least its own length.
  /// Of gzip it is the size of the last member, and no more than deflate can make of that length.
  public static long foreseenBytes(ContentCoding coding, Bytes body) {
    byte[] bytes = body.array();
    int length = body.length();
    if (length == 0) {
      return 0; // zstd does not take an empty array
    }
    long said =
        switch (coding) {
          case IDENTITY, DEFLATE -> length;
          case GZIP ->
              length < GZIP_SIZE_BYTES
                  ? length
                  : Math.min(
                      DEFLATE_MOST_TIMES * length,
                      Integer.toUnsignedLong((int) INT.get(bytes, length - GZIP_SIZE_BYTES)));
          case ZSTD -> Zstd.getFrameContentSize(bytes, 0, length);
        };
    return Math.max(length, said);
  }

  /// The most that a [Growth] is asked for while a body becomes that many bytes.
  ///
  /// @param maxBytes the largest result
  public static long neededBytes(long resultBytes, long maxBytes) {
    return BoundedOutput.grownBytes(resultBytes, maxBytes);
  }

  private InflateStream inflate() {
    InflateStream stream = inflate;
    if (stream == null) {
      stream = new InflateStream();
      inflate = stream;
    }
    return stream;
  }

  private void zstd(Bytes body) {
    ZstdDecompressCtx context = zstd;
    if (context == null) {
      context = new ZstdDecompressCtx();
      zstd = context;
    }
    // A reset forgets the parameters too.
    context.reset();
    context.setLongMax(ZSTD_WINDOW_LOG);
    ByteBuffer in = ByteBuffer.wrap(body.array(), 0, body.length());
    boolean atFrameEnd = false;
    try {
      while (in.hasRemaining() || !atFrameEnd) {
        ByteBuffer room = out.room();
        int before = room.position();
        boolean hadInput = in.hasRemaining();
        atFrameEnd = context.decompressByteBufferStream(room, in);
        if (!hadInput && !atFrameEnd && room.position() == before) {
          throw new MalformedInputException(body.length(), "zstd ends too early");
        }
      }
    } catch (ZstdException _) {
      throw new MalformedInputException(in.position(), "invalid zstd");
    }
  }

  /// Frees the native memory.
  @Override
  public void close() {
    inflate = null;
    if (zstd != null) {
      zstd.close();
      zstd = null;
    }
  }
}
