package dev.headgate.gateway.receive.grpc;

import io.grpc.Codec;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import java.io.InputStream;

/// A decompressor that does not: grpc-java announces and accepts the encoding, the worker inflates.
///
/// **Threading:** any thread.
record PassThrough(String encoding) implements Decompressor {
  @Override
  public String getMessageEncoding() {
    return encoding;
  }

  @Override
  public InputStream decompress(InputStream stream) {
    return stream;
  }

  /// The encodings of the receiver.
  static DecompressorRegistry registry() {
    return DecompressorRegistry.emptyInstance()
        .with(Codec.Identity.NONE, false)
        .with(new PassThrough("gzip"), true)
        .with(new PassThrough("zstd"), true);
  }
}
