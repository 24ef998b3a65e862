package dev.headgate.exporters.client;

import com.github.luben.zstd.ZstdOutputStream;
import dev.headgate.config.Compression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Compresses a request's parts in a row into one body, at the fastest level of each codec.
///
/// **Threading:** any thread.
public final class BodyCompression {
  private static final int BUFFER_BYTES = 32 << 10;

  private BodyCompression() {}

  /// The body to send: the parts themselves without compression, else one compressed part.
  public static List<byte[]> compress(Compression compression, List<byte[]> parts) {
    return switch (compression) {
      case NONE -> parts;
      case GZIP -> List.of(compressed(parts, true));
      case ZSTD -> List.of(compressed(parts, false));
    };
  }

  private static byte[] compressed(List<byte[]> parts, boolean gzip) {
    ByteArrayOutputStream result = new ByteArrayOutputStream(BUFFER_BYTES);
    try (OutputStream out = gzip ? new FastGzip(result) : new ZstdOutputStream(result, 1)) {
      for (byte[] part : parts) {
        out.write(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return result.toByteArray();
  }

  /// Gzip at the fastest level; also what outgoing gRPC messages use.
  static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
