package dev.headgate.pipeline.codec;

import java.util.zip.CRC32;

/// One gzip member after another (RFC 1952), each of them at the fastest level.
///
/// **Threading:** confined to one thread.
final class GzipWriter {
  // Magic, method 8, no flags, no time, fastest level, unknown system.
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 0xff};
  private static final int TRAILER_BITS = 64;

  private final BitWriter out = new BitWriter();
  private final FastDeflater deflater = new FastDeflater(out);
  private final CRC32 crc = new CRC32();
  private int bytes;

  /// Starts a member.
  void begin() {
    out.reset();
    out.reserve(8L * HEADER.length);
    out.bytes(HEADER, 0, HEADER.length);
    deflater.begin();
    crc.reset();
    bytes = 0;
  }

  /// Adds bytes to the member.
  void write(byte[] source, int from, int to) {
    crc.update(source, from, to - from);
    deflater.write(source, from, to);
    bytes += to - from;
  }

  /// Ends the member, which is there until the next one begins.
  Written finish() {
    deflater.finish();
    out.reserve(TRAILER_BITS);
    out.add(crc.getValue(), 32);
    out.flush();
    out.add(Integer.toUnsignedLong(bytes), 32);
    out.flush();
    return out.written();
  }

  /// Keeps no large array.
  void letGo() {
    out.letGo();
  }
}
