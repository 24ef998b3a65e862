package dev.headgate.gateway.hurt;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/// Small bodies that inflate to large ones, or are much work to inflate.
final class Bombs {
  private static final int MIB = 1 << 20;
  private static final int LARGEST_BLOCK_BYTES = 128 << 10;
  private static final byte[] ZEROS = new byte[MIB];

  private Bombs() {}

  /// Makes a compressing stream.
  private interface Coder {
    OutputStream over(OutputStream out) throws IOException;
  }

  private static byte[] code(Coder coder, byte[] piece, int pieces) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = coder.over(bytes)) {
      for (int i = 0; i < pieces; i++) {
        out.write(piece);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] repeat(byte[] piece, int count) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(piece.length * count);
    for (int i = 0; i < count; i++) {
      bytes.writeBytes(piece);
    }
    return bytes.toByteArray();
  }

  /// Zeros in one gzip member.
  static byte[] gzip(int mebibytes) {
    return code(GZIPOutputStream::new, ZEROS, mebibytes);
  }

  /// Zeros in a gzip member for each mebibyte.
  static byte[] gzipMembers(int mebibytes) {
    return repeat(gzip(1), mebibytes);
  }

  /// A gzip of a gzip of zeros.
  static byte[] nestedGzip(int mebibytes) {
    return code(GZIPOutputStream::new, gzip(mebibytes), 1);
  }

  /// Gzip members with nothing in them.
  static byte[] emptyGzipMembers(int count) {
    return repeat(code(GZIPOutputStream::new, new byte[0], 1), count);
  }

  /// Zeros in the zlib format.
  static byte[] zlib(int mebibytes) {
    return code(DeflaterOutputStream::new, ZEROS, mebibytes);
  }

  /// Zeros in raw deflate.
  static byte[] rawDeflate(int mebibytes) {
    return code(
        out -> new DeflaterOutputStream(out, new Deflater(Deflater.BEST_COMPRESSION, true)),
        ZEROS,
        mebibytes);
  }

  /// Zeros in one zstd frame.
  static byte[] zstd(int mebibytes) {
    return Zstd.compress(new byte[mebibytes * MIB]);
  }

  /// A zstd frame (RFC 8878 section 3.1.1) that asks for a window, with one block of zeros.
  static byte[] zstdFrame(int windowLog, int bytes) {
    int block = bytes << 3 | 1 << 1 | 1;
    return new byte[] {
      0x28,
      (byte) 0xb5,
      0x2f,
      (byte) 0xfd,
      0,
      (byte) (windowLog - 10 << 3),
      (byte) block,
      (byte) (block >> 8),
      (byte) (block >> 16),
      0
    };
  }

  /// Zstd frames of 128 KiB of zeros each.
  static byte[] zstdFrames(int count) {
    return repeat(zstdFrame(17, LARGEST_BLOCK_BYTES), count);
  }

  /// Zstd frames with nothing in them.
  static byte[] emptyZstdFrames(int count) {
    return repeat(Zstd.compress(new byte[0]), count);
  }

  /// Zstd frames that are to be skipped.
  static byte[] skippedZstdFrames(int count) {
    return repeat(new byte[] {0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0}, count);
  }

  /// A zstd of a zstd of zeros.
  static byte[] nestedZstd(int mebibytes) {
    return Zstd.compress(zstd(mebibytes));
  }
}
