package dev.headgate.pipeline.codec;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/// Compresses a body that is given in parts into one gzip member, zlib stream or zstd frame.
///
/// **Threading:** confined to one thread. **Ownership:** holds native memory; [#close] frees it.
public final class Compressor implements AutoCloseable {
  /// The default level: five times the speed of the customary ones for a few percent of size.
  public static final int DEFAULT_LEVEL = 1;

  private static final int HUFFMAN_ONLY = -2;
  private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final int GZIP_TRAILER_BYTES = 8;
  private static final int START_BYTES = 1 << 14;
  private static final int KEEP_BYTES = 1 << 20;
  private static final byte[] EMPTY = {};

  private final int level;
  private ByteBuffer out = ByteBuffer.allocate(START_BYTES);
  private @Nullable Deflater deflater;
  private boolean raw;
  private @Nullable ZstdCompressCtx zstd;

  /// Creates a compressor of [#DEFAULT_LEVEL].
  public Compressor() {
    this(DEFAULT_LEVEL);
  }

  /// Creates a compressor; contexts are made when they are first needed.
  ///
  /// @param level as the Collector counts: 0 = [#DEFAULT_LEVEL]; gzip and deflate 1 (fast) to 9
  ///   (small), -1 = the customary one, -2 = Huffman codes only; zstd any, of which four differ
  public Compressor(int level) {
    this.level = level == 0 ? DEFAULT_LEVEL : level;
  }

  /// Compresses parts as if they were one array.
  ///
  /// @param coding gzip or zstd
  /// @return an array of exactly the length of the result
  public byte[] compress(ContentCoding coding, List<byte[]> parts) {
    out.clear();
    switch (coding) {
      case GZIP -> gzip(parts);
      case ZSTD -> zstd(parts);
      case DEFLATE -> deflate(parts);
      case IDENTITY ->
          throw new IllegalArgumentException("compression: identity (expected: gzip, zstd)");
    }
    byte[] result = Arrays.copyOf(out.array(), out.position());
    if (out.capacity() > KEEP_BYTES) {
      out = ByteBuffer.allocate(START_BYTES);
    }
    return result;
  }

  /// @param nowrap without the header and checksum of the zlib format
  private Deflater deflater(boolean nowrap) {
    Deflater deflater = this.deflater;
    if (deflater == null || raw != nowrap) {
      if (deflater != null) {
        deflater.end();
      }
      raw = nowrap;
      boolean huffman = level == HUFFMAN_ONLY;
      deflater = new Deflater(huffman ? Deflater.DEFAULT_COMPRESSION : level, nowrap);
      deflater.setStrategy(huffman ? Deflater.HUFFMAN_ONLY : Deflater.DEFAULT_STRATEGY);
      this.deflater = deflater;
    }
    deflater.reset();
    return deflater;
  }

  private void deflate(List<byte[]> parts) {
    Deflater deflater = deflater(false);
    for (byte[] part : parts) {
      deflater.setInput(part);
      while (!deflater.needsInput()) {
        deflater.deflate(room());
      }
    }
    finish(deflater);
  }

  private void finish(Deflater deflater) {
    deflater.finish();
    while (!deflater.finished()) {
      deflater.deflate(room());
    }
    deflater.setInput(EMPTY);
  }

  private void gzip(List<byte[]> parts) {
    Deflater deflater = deflater(true);
    CRC32 crc = new CRC32();
    out.put(GZIP_HEADER);
    for (byte[] part : parts) {
      crc.update(part);
      deflater.setInput(part);
      while (!deflater.needsInput()) {
        deflater.deflate(room());
      }
    }
    finish(deflater);
    if (out.remaining() < GZIP_TRAILER_BYTES) {
      grow();
    }
    out.putInt(Integer.reverseBytes((int) crc.getValue()));
    out.putInt(Integer.reverseBytes((int) deflater.getBytesRead()));
  }

  private void zstd(List<byte[]> parts) {
    ZstdCompressCtx context = zstd;
    if (context == null) {
      context = new ZstdCompressCtx();
      zstd = context;
    }
    context.reset();
    context.setLevel(zstdLevel());
    long bytes = 0;
    for (byte[] part : parts) {
      bytes += part.length;
    }
    context.setPledgedSrcSize(bytes);
    for (byte[] part : parts) {
      ByteBuffer in = ByteBuffer.wrap(part);
      while (in.hasRemaining()) {
        context.compressByteBufferStream(room(), in, EndDirective.CONTINUE);
      }
    }
    ByteBuffer nothing = ByteBuffer.wrap(EMPTY);
    boolean done = false;
    while (!done) {
      done = context.compressByteBufferStream(room(), nothing, EndDirective.END);
    }
  }

  /// As the Collector's library, which knows four speeds.
  private int zstdLevel() {
    if (level < 3) {
      return 1;
    }
    if (level < 6) {
      return 3;
    }
    return level < 10 ? 7 : 11;
  }

  private ByteBuffer room() {
    if (!out.hasRemaining()) {
      grow();
    }
    return out;
  }

  private void grow() {
    out = ByteBuffer.allocate(out.capacity() * 2).put(out.flip());
  }

  /// Frees the native memory.
  @Override
  public void close() {
    if (deflater != null) {
      deflater.end();
      deflater = null;
    }
    if (zstd != null) {
      zstd.close();
      zstd = null;
    }
  }
}
