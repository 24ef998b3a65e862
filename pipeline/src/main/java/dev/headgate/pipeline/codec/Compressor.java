package dev.headgate.pipeline.codec;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.memory.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/// Compresses bodies, each given in parts, into one gzip member, zlib stream or zstd frame.
///
/// **Threading:** confined to one thread. **Ownership:** holds native memory; [#close] frees it.
public final class Compressor implements AutoCloseable {
  /// The default level: several times the speed of the customary ones for somewhat more bytes.
  public static final int DEFAULT_LEVEL = 1;

  private static final int HUFFMAN_ONLY = -2;
  private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final int GZIP_TRAILER_BYTES = 8;
  private static final int START_BYTES = 1 << 14;
  private static final int KEEP_BYTES = 1 << 20;
  private static final byte[] EMPTY = {};

  private final int level;
  private final CRC32 crc = new CRC32();
  private ContentCoding coding = ContentCoding.IDENTITY;
  private ByteBuffer out = ByteBuffer.allocate(START_BYTES);
  private @Nullable GzipWriter fast;
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
  /// @param coding gzip, deflate or zstd
  /// @return an array of exactly the length of the result
  public byte[] compress(ContentCoding coding, List<? extends Content> parts) {
    begin(coding);
    if (coding == ContentCoding.ZSTD) {
      long bytes = 0;
      for (Content part : parts) {
        bytes += part.length();
      }
      zstd().setPledgedSrcSize(bytes);
    }
    for (Slice slice : Content.slices(parts)) {
      write(slice.bytes().array(), slice.from(), slice.from() + slice.length());
    }
    return finish();
  }

  /// Starts a body; what was begun before is forgotten.
  ///
  /// @param coding gzip, deflate or zstd
  public void begin(ContentCoding coding) {
    this.coding = coding;
    out.clear();
    switch (coding) {
      case GZIP -> {
        if (level == DEFAULT_LEVEL) {
          fast().begin();
        } else {
          deflater(true).reset();
          crc.reset();
          out.put(GZIP_HEADER);
        }
      }
      case DEFLATE -> deflater(false).reset();
      case ZSTD -> {
        zstd().reset();
        zstd().setLevel(zstdLevel());
      }
      case IDENTITY ->
          throw new IllegalArgumentException("compression: identity (expected: gzip, zstd)");
    }
  }

  /// Adds a part to the body.
  public void write(byte[] part, int from, int to) {
    switch (coding) {
      case GZIP -> {
        if (level == DEFAULT_LEVEL) {
          fast().write(part, from, to);
        } else {
          crc.update(part, from, to - from);
          deflate(deflater(true), part, from, to);
        }
      }
      case DEFLATE -> deflate(deflater(false), part, from, to);
      case ZSTD -> {
        ByteBuffer in = ByteBuffer.wrap(part, from, to - from);
        while (in.hasRemaining()) {
          zstd().compressByteBufferStream(room(), in, EndDirective.CONTINUE);
        }
      }
      case IDENTITY -> throw new IllegalStateException("write before begin");
    }
  }

  /// Ends the body and returns it, in an array of exactly its length.
  public byte[] finish() {
    byte[] result = end().toArray();
    letGo();
    return result;
  }

  /// Ends the body and passes it on at once: no array of its length is made.
  ///
  /// @param target copies what it is given
  /// @throws IOException of `target`
  public void finish(OutputStream target) throws IOException {
    Written body = end();
    try {
      target.write(body.array(), 0, body.length());
    } finally {
      letGo();
    }
  }

  private Written end() {
    switch (coding) {
      case GZIP -> {
        if (level == DEFAULT_LEVEL) {
          coding = ContentCoding.IDENTITY;
          return fast().finish();
        }
        Deflater deflater = deflater(true);
        finish(deflater);
        if (out.remaining() < GZIP_TRAILER_BYTES) {
          grow();
        }
        out.putInt(Integer.reverseBytes((int) crc.getValue()));
        out.putInt(Integer.reverseBytes((int) deflater.getBytesRead()));
      }
      case DEFLATE -> finish(deflater(false));
      case ZSTD -> {
        ByteBuffer nothing = ByteBuffer.wrap(EMPTY);
        boolean done = false;
        while (!done) {
          done = zstd().compressByteBufferStream(room(), nothing, EndDirective.END);
        }
      }
      case IDENTITY -> throw new IllegalStateException("finish before begin");
    }
    coding = ContentCoding.IDENTITY;
    return new Written(out.array(), out.position());
  }

  /// Keeps no large array, for the next body may be long in coming.
  private void letGo() {
    if (fast != null) {
      fast.letGo();
    }
    if (out.capacity() > KEEP_BYTES) {
      out = ByteBuffer.allocate(START_BYTES);
    }
  }

  private GzipWriter fast() {
    GzipWriter writer = fast;
    if (writer == null) {
      writer = new GzipWriter();
      fast = writer;
    }
    return writer;
  }

  private ZstdCompressCtx zstd() {
    ZstdCompressCtx context = zstd;
    if (context == null) {
      context = new ZstdCompressCtx();
      zstd = context;
    }
    return context;
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
    return deflater;
  }

  private void deflate(Deflater deflater, byte[] part, int from, int to) {
    deflater.setInput(part, from, to - from);
    while (!deflater.needsInput()) {
      deflater.deflate(room());
    }
  }

  private void finish(Deflater deflater) {
    deflater.finish();
    while (!deflater.finished()) {
      deflater.deflate(room());
    }
    deflater.setInput(EMPTY);
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
