package dev.headgate.exporters.client;

import dev.headgate.pipeline.codec.Compressor;
import dev.headgate.pipeline.codec.ContentCoding;
import io.grpc.CompressorRegistry;
import java.io.IOException;
import java.io.OutputStream;

/// What outgoing gRPC messages are compressed with: gzip and zstd at their fastest level, in
/// contexts that are used again. grpc-java's own gzip makes one of 300 KiB for each message.
///
/// **Threading:** any thread.
final class GrpcCompressors {
  private GrpcCompressors() {}

  /// gzip and zstd.
  ///
  /// @param pool where contexts are taken from, closed by its owner
  static CompressorRegistry registry(CompressorPool pool) {
    CompressorRegistry registry = CompressorRegistry.newEmptyInstance();
    registry.register(new Coded(ContentCoding.GZIP, pool));
    registry.register(new Coded(ContentCoding.ZSTD, pool));
    return registry;
  }

  private record Coded(ContentCoding coding, CompressorPool pool) implements io.grpc.Compressor {
    @Override
    public String getMessageEncoding() {
      return coding.token();
    }

    @Override
    public OutputStream compress(OutputStream out) {
      return new Message(this, out);
    }
  }

  /// Compresses what is written; the result is passed on when it is closed.
  private static final class Message extends OutputStream {
    private final CompressorPool pool;
    private final Compressor compressor;
    private final OutputStream out;
    private boolean open = true;

    Message(Coded coded, OutputStream out) {
      this.pool = coded.pool;
      this.out = out;
      this.compressor = pool.take();
      compressor.begin(coded.coding);
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      compressor.write(source, offset, offset + length);
    }

    @Override
    public void close() throws IOException {
      if (open) {
        open = false;
        finish();
        out.close();
      }
    }

    private void finish() throws IOException {
      try {
        compressor.finish(out);
      } catch (IOException | RuntimeException | Error e) {
        // After a failure of its own its buffers are in no known state, and may be large.
        compressor.close();
        throw e;
      }
      pool.giveBack(compressor);
    }
  }
}
