package dev.headgate.pipeline.codec;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.wire.MalformedInputException;
import java.nio.ByteBuffer;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Checksum;

/// Inflates gzip (RFC 1952), zlib (RFC 1950) and raw deflate (RFC 1951) with one context; headers
/// and trailers are read here, so that nothing behind the end goes unseen.
///
/// **Threading:** confined to one thread.
final class InflateStream {
  private static final int GZIP_HEADER_BYTES = 10;
  private static final int GZIP_TRAILER_BYTES = 8;
  private static final int ADLER_BYTES = 4;
  private static final int HEADER_CRC = 1 << 1;
  private static final int EXTRA = 1 << 2;
  private static final int NAME = 1 << 3;
  private static final int COMMENT = 1 << 4;
  private static final int RESERVED = 0xe0;
  private static final int METHOD_DEFLATE = 8;

  private final InflateReader reader = new InflateReader();
  private final CRC32 crc = new CRC32();
  private final Adler32 adler = new Adler32();
  private long memberBytes;
  private int bodyEnd;

  private byte[] begin(Bytes body) {
    bodyEnd = body.length();
    return body.array();
  }

  /// Appends what the members of a gzip file hold, one after another.
  void gzip(Bytes source, BoundedOutput out) {
    byte[] body = begin(source);
    int at = 0;
    do {
      at = gzipHeader(body, at);
      crc.reset();
      at = inflate(source, at, out, crc);
      require(at, GZIP_TRAILER_BYTES);
      if (intLittleEndian(body, at) != (int) crc.getValue()
          || intLittleEndian(body, at + 4) != (int) memberBytes) {
        throw new MalformedInputException(at, "gzip checksum or length differs");
      }
      at += GZIP_TRAILER_BYTES;
    } while (at < bodyEnd);
  }

  private int gzipHeader(byte[] body, int from) {
    require(from, GZIP_HEADER_BYTES);
    int flags = body[from + 3];
    if (body[from] != 0x1f
        || body[from + 1] != (byte) 0x8b
        || body[from + 2] != METHOD_DEFLATE
        || (flags & RESERVED) != 0) {
      throw new MalformedInputException(from, "not gzip");
    }
    int at = from + GZIP_HEADER_BYTES;
    if ((flags & EXTRA) != 0) {
      require(at, 2);
      int length = shortLittleEndian(body, at);
      require(at + 2, length);
      at += 2 + length;
    }
    if ((flags & NAME) != 0) {
      at = behindZero(body, at);
    }
    if ((flags & COMMENT) != 0) {
      at = behindZero(body, at);
    }
    if ((flags & HEADER_CRC) != 0) {
      require(at, 2);
      crc.reset();
      crc.update(body, from, at - from);
      if (shortLittleEndian(body, at) != (crc.getValue() & 0xffff)) {
        throw new MalformedInputException(at, "gzip header checksum differs");
      }
      at += 2;
    }
    return at;
  }

  private int behindZero(byte[] body, int from) {
    int at = from;
    while (at < bodyEnd && body[at] != 0) {
      at++;
    }
    require(at, 1);
    return at + 1;
  }

  /// Appends what `Content-Encoding: deflate` holds: zlib by RFC 9110, raw deflate as many senders
  /// have it.
  void deflate(Bytes source, BoundedOutput out) {
    byte[] body = begin(source);
    require(0, 1);
    boolean zlib = isZlib(body);
    adler.reset();
    int at = inflate(source, zlib ? 2 : 0, out, adler);
    if (zlib) {
      require(at, ADLER_BYTES);
      if (Integer.reverseBytes(intLittleEndian(body, at)) != (int) adler.getValue()) {
        throw new MalformedInputException(at, "zlib checksum differs");
      }
      at += ADLER_BYTES;
    }
    if (at < bodyEnd) {
      throw new MalformedInputException(at, "bytes behind the end of deflate");
    }
  }

  /* Method 8, window up to 32 KiB, no dictionary, and a check that a raw stream meets by chance only. */
  private boolean isZlib(byte[] body) {
    if (bodyEnd < 2) {
      return false;
    }
    int method = body[0] & 0xff;
    int flags = body[1] & 0xff;
    return (method & 0x0f) == METHOD_DEFLATE
        && method >>> 4 <= 7
        && (flags & 0x20) == 0
        && (method << 8 | flags) % 31 == 0;
  }

  /* Returns the offset behind the deflate stream. */
  private int inflate(Bytes body, int from, BoundedOutput out, Checksum checksum) {
    memberBytes = 0;
    return reader.inflate(
        body,
        from,
        (bytes, start, end) -> {
          checksum.update(bytes, start, end - start);
          memberBytes += end - start;
          for (int at = start; at < end; ) {
            ByteBuffer room = out.room();
            int count = Math.min(end - at, room.remaining());
            room.put(bytes, at, count);
            at += count;
          }
        });
  }

  private void require(int at, int bytes) {
    if (bytes > bodyEnd - at) {
      throw new MalformedInputException(bodyEnd, "compressed body ends too early");
    }
  }

  private static int shortLittleEndian(byte[] b, int at) {
    return (b[at] & 0xff) | (b[at + 1] & 0xff) << 8;
  }

  private static int intLittleEndian(byte[] b, int at) {
    return shortLittleEndian(b, at) | shortLittleEndian(b, at + 2) << 16;
  }
}
