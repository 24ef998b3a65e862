package dev.headgate.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The constants of HTTP/2 (RFC 9113) and frames that both sides write.
final class Http2 {
  static final int FRAME_HEADER_BYTES = 9;
  static final int STREAM_OFFSET = 5;
  static final int MAX_FRAME_BYTES = 1 << 14;
  static final int DEFAULT_WINDOW_BYTES = 65_535;
  static final int MAX_WINDOW_BYTES = Integer.MAX_VALUE;

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int PRIORITY = 0x20;

  static final int SETTING_TABLE_SIZE = 1;
  static final int SETTING_CONCURRENT_STREAMS = 3;
  static final int SETTING_INITIAL_WINDOW = 4;

  static final int CANCEL = 8;

  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private Http2() {}

  /// Writes the header of a frame.
  static void frame(ByteBuffer out, int bytes, int type, int flags, int stream) {
    out.putInt(bytes << 8 | type).put((byte) flags).putInt(stream);
  }

  /// Writes SETTINGS, given as identifier and value in turns.
  static void settings(ByteBuffer out, int... settings) {
    frame(out, settings.length / 2 * 6, SETTINGS, 0, 0);
    for (int i = 0; i < settings.length; i += 2) {
      out.putShort((short) settings[i]).putInt(settings[i + 1]);
    }
  }

  /// Writes WINDOW_UPDATE for the connection.
  static void windowUpdate(ByteBuffer out, int bytes) {
    frame(out, 4, WINDOW_UPDATE, 0, 0);
    out.putInt(bytes);
  }

  /// Writes the answer to SETTINGS.
  static void settingsAck(ByteBuffer out) {
    frame(out, 0, SETTINGS, ACK, 0);
  }

  /// Writes the answer to PING.
  static void pingAck(ByteBuffer out, long data) {
    frame(out, 8, PING, ACK, 0);
    out.putLong(data);
  }

  /// Writes RST_STREAM.
  static void reset(ByteBuffer out, int stream, int code) {
    frame(out, 4, RST_STREAM, 0, stream);
    out.putInt(code);
  }
}
