package dev.headgate.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads HTTP/1.1 requests or answers as their bytes come in; bodies have a length or are chunked
/// and are handed on in pieces.
///
/// **Threading:** confined to the event loop.
final class HttpReader {
  /// Takes messages.
  interface Listener {
    /// A message begins.
    void onHead(Head head);

    /// A piece of its body: the next `bytes` bytes of `in`, whose position is to be left as it is.
    void onBody(ByteBuffer in, int bytes);

    /// It is complete.
    void onEnd();
  }

  /// What the head of a message says.
  ///
  /// @param target the path of a request; of an answer the status
  /// @param length of the body, -1 when it is not known
  /// @param coding its `Content-Encoding`
  /// @param expectsContinue whether the peer waits for `100 Continue`
  /// @param closes whether the peer will close the connection
  record Head(
      String target,
      long length,
      boolean chunked,
      @Nullable String coding,
      boolean expectsContinue,
      boolean closes) {
    /// The status of an answer.
    int status() {
      return Integer.parseInt(target);
    }
  }

  private enum State {
    HEAD,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER
  }

  private static final int MAX_HEAD_BYTES = 1 << 16;

  private final Listener listener;
  private byte[] head = new byte[1024];
  private int headBytes;
  private State state = State.HEAD;
  private long left;

  /// Creates a reader.
  HttpReader(Listener listener) {
    this.listener = listener;
  }

  /// Reads all of `in`.
  void read(ByteBuffer in) throws IOException {
    while (in.hasRemaining()) {
      switch (state) {
        case HEAD -> {
          if (line(in) && headBytes >= 4 && head[headBytes - 3] == '\n') {
            begin();
          }
        }
        case BODY -> {
          body(in);
          if (left == 0) {
            end();
          }
        }
        case CHUNK_SIZE -> {
          if (line(in)) {
            left = Long.parseLong(text().split(";", 2)[0].strip(), 16);
            state = left == 0 ? State.TRAILER : State.CHUNK;
            headBytes = 0;
          }
        }
        case CHUNK -> {
          body(in);
          if (left == 0) {
            state = State.CHUNK_END;
          }
        }
        case CHUNK_END -> {
          if (line(in)) {
            headBytes = 0;
            state = State.CHUNK_SIZE;
          }
        }
        case TRAILER -> {
          if (line(in)) {
            boolean last = text().isBlank();
            headBytes = 0;
            if (last) {
              end();
            }
          }
        }
      }
    }
  }

  /* Takes bytes up to a line's end; returns whether it came. */
  private boolean line(ByteBuffer in) throws IOException {
    while (in.hasRemaining()) {
      byte next = in.get();
      if (headBytes == head.length) {
        if (headBytes == MAX_HEAD_BYTES) {
          throw new IOException("HTTP head: too long");
        }
        head = Arrays.copyOf(head, 2 * headBytes);
      }
      head[headBytes++] = next;
      if (next == '\n') {
        return true;
      }
    }
    return false;
  }

  private String text() {
    return new String(head, 0, headBytes, StandardCharsets.ISO_8859_1);
  }

  private void body(ByteBuffer in) {
    int bytes = (int) Math.min(left, in.remaining());
    listener.onBody(in, bytes);
    in.position(in.position() + bytes);
    left -= bytes;
  }

  private void begin() {
    String[] lines = text().split("\r\n");
    headBytes = 0;
    String[] first = lines[0].split(" ");
    long length = 0;
    boolean chunked = false;
    String coding = null;
    boolean expects = false;
    boolean closes = lines[0].contains("HTTP/1.0");
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      String value = lines[i].substring(colon + 1).strip();
      switch (lines[i].substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = Long.parseLong(value);
        case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
        case "content-encoding" -> coding = value;
        case "expect" -> expects = true;
        case "connection" -> closes = value.equalsIgnoreCase("close");
        default -> {}
      }
    }
    listener.onHead(new Head(first[1], chunked ? -1 : length, chunked, coding, expects, closes));
    left = length;
    if (chunked) {
      state = State.CHUNK_SIZE;
    } else if (left > 0) {
      state = State.BODY;
    } else {
      end();
    }
  }

  private void end() {
    state = State.HEAD;
    headBytes = 0;
    listener.onEnd();
  }
}
