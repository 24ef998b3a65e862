package dev.headgate.pipeline.otlp;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;

/// Writes JSON tokens through a buffer of fixed size to a stream.
///
/// Besides what JSON demands, all control characters and line separators of Unicode are escaped, so
/// that a line stays one line for every reader and cannot steer a terminal.
///
/// **Threading:** confined to one thread.
final class JsonSink {
  private static final int BUFFER_BYTES = 1 << 14;
  private static final int BASE64_CHUNK_BYTES = 3 << 10;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final byte[] buffer = new byte[BUFFER_BYTES];
  private OutputStream out = OutputStream.nullOutputStream();
  private int size;

  /// Writes to `out` from now on.
  void begin(OutputStream out) {
    this.out = out;
    this.size = 0;
  }

  /// Hands what is buffered to the stream.
  void drain() throws IOException {
    out.write(buffer, 0, size);
    size = 0;
  }

  /// Lets go of the stream.
  void end() {
    out = OutputStream.nullOutputStream();
    size = 0;
  }

  /// Writes one ASCII character.
  void ascii(int c) throws IOException {
    if (size == buffer.length) {
      drain();
    }
    buffer[size++] = (byte) c;
  }

  /// Writes short ASCII text.
  void ascii(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      ascii(text.charAt(i));
    }
  }

  /// Writes short ASCII text in quotes.
  void quoted(String text) throws IOException {
    ascii('"');
    ascii(text);
    ascii('"');
  }

  /// Writes the name of a member and its colon, after a comma unless it is the first.
  void name(String name, boolean first) throws IOException {
    if (!first) {
      ascii(',');
    }
    quoted(name);
    ascii(':');
  }

  /// Writes a double.
  void real(double value) throws IOException {
    String text = Double.toString(value);
    if (Double.isFinite(value)) {
      ascii(text);
    } else {
      quoted(text);
    }
  }

  /// Writes bytes in hexadecimal and quotes.
  void hex(byte[] source, int from, int to) throws IOException {
    ascii('"');
    for (int i = from; i < to; i++) {
      ascii(HEX[(source[i] >> 4) & 0xf]);
      ascii(HEX[source[i] & 0xf]);
    }
    ascii('"');
  }

  /// Writes bytes in base64 and quotes.
  void base64(byte[] source, int from, int to) throws IOException {
    ascii('"');
    // Chunks of whole triples: only the last of them is padded.
    for (int at = from; at < to; at += BASE64_CHUNK_BYTES) {
      byte[] chunk = Arrays.copyOfRange(source, at, Math.min(to, at + BASE64_CHUNK_BYTES));
      byte[] text = Base64.getEncoder().encode(chunk);
      raw(text, 0, text.length);
    }
    ascii('"');
  }

  /// Writes UTF-8 as a string.
  void string(byte[] source, int from, int to) throws IOException {
    ascii('"');
    int done = from;
    int at = from;
    while (at < to) {
      int unit = special(source, at, to);
      if (unit < 0) {
        at++;
        continue;
      }
      raw(source, done, at);
      escape(unit);
      at += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
      done = at;
    }
    raw(source, done, to);
    ascii('"');
  }

  /* The character that begins here if it has to be escaped, else -1. */
  private static int special(byte[] b, int at, int to) {
    int c = b[at];
    if (c >= 0) {
      return c < ' ' || c == '"' || c == '\\' || c == 0x7f ? c : -1;
    }
    if (c == (byte) 0xc2 && at + 1 < to && (b[at + 1] & 0xff) < 0xa0) {
      return b[at + 1] & 0xff;
    }
    boolean separator =
        c == (byte) 0xe2
            && at + 2 < to
            && b[at + 1] == (byte) 0x80
            && (b[at + 2] == (byte) 0xa8 || b[at + 2] == (byte) 0xa9);
    return separator ? 0x2000 | (b[at + 2] & 0x3f) : -1;
  }

  private void escape(int unit) throws IOException {
    ascii('\\');
    switch (unit) {
      case '"', '\\' -> ascii(unit);
      case '\n' -> ascii('n');
      case '\r' -> ascii('r');
      case '\t' -> ascii('t');
      default -> {
        ascii('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
          ascii(HEX[(unit >> shift) & 0xf]);
        }
      }
    }
  }

  private void raw(byte[] source, int from, int to) throws IOException {
    int length = to - from;
    if (length > buffer.length - size) {
      drain();
      if (length > buffer.length) {
        out.write(source, from, length);
        return;
      }
    }
    System.arraycopy(source, from, buffer, size, length);
    size += length;
  }
}
