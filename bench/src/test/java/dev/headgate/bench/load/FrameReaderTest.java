package dev.headgate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest implements FrameReader.Listener {
  private final List<String> events = new ArrayList<>();
  private final StringBuilder data = new StringBuilder();

  /* All kinds of frames, among them a padded one and headers in two. */
  private static byte[] conversation() {
    ByteBuffer out = ByteBuffer.allocate(4096);
    out.put(Http2.PREFACE);
    Http2.settings(out, Http2.SETTING_INITIAL_WINDOW, 70_000, 1, 0);
    Http2.windowUpdate(out, 1234);
    byte[] path = "/v1/x".getBytes(StandardCharsets.US_ASCII);
    Http2.frame(out, 5, Http2.HEADERS, 0, 1);
    out.put((byte) 0x83).put((byte) 0x86).put((byte) 4).put((byte) path.length).put(path[0]);
    Http2.frame(out, path.length - 1, Http2.CONTINUATION, Http2.END_HEADERS, 1);
    out.put(path, 1, path.length - 1);
    Http2.frame(out, 3, Http2.DATA, 0, 1);
    out.put("abc".getBytes(StandardCharsets.US_ASCII));
    Http2.frame(out, 1 + 3 + 4, Http2.DATA, Http2.PADDED | Http2.END_STREAM, 1);
    out.put((byte) 4).put("def".getBytes(StandardCharsets.US_ASCII)).put(new byte[4]);
    Http2.frame(out, 8, Http2.PING, 0, 0);
    out.putLong(42);
    Http2.pingAck(out, 43);
    Http2.reset(out, 3, Http2.CANCEL);
    Http2.frame(out, 2, 0x42, 0, 0);
    out.putShort((short) 0);
    Http2.frame(out, 8, Http2.GOAWAY, 0, 0);
    out.putLong(0);
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  @Test
  void reads_the_same_however_the_bytes_come() throws IOException {
    byte[] bytes = conversation();
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      events.clear();
      data.setLength(0);
      FrameReader reader = new FrameReader(this, Http2.PREFACE.length);
      for (int at = 0; at < bytes.length; ) {
        int piece = Math.min(bytes.length - at, 1 + random.nextInt(round + 1));
        reader.read(ByteBuffer.wrap(bytes, at, piece));
        at += piece;
      }
      assertThat(events)
          .containsExactly(
              "setting 4 70000",
              "setting 1 0",
              "settings",
              "window 0 1234",
              "headers 1 POST http /v1/x",
              "frame 1 3",
              "frame 1 8",
              "end 1",
              "ping 42",
              "reset 3 8",
              "goaway");
      assertThat(data.toString()).isEqualTo("abcdef");
    }
  }

  @Test
  void refuses_frames_that_are_too_long() {
    ByteBuffer out = ByteBuffer.allocate(9);
    Http2.frame(out, Http2.MAX_FRAME_BYTES + 1, Http2.DATA, 0, 1);

    assertThatIOException().isThrownBy(() -> new FrameReader(this, 0).read(out.flip()));
  }

  @Override
  public void onDataFrame(int stream, int windowBytes) {
    events.add("frame " + stream + " " + windowBytes);
  }

  @Override
  public void onData(int stream, ByteBuffer in, int bytes) {
    for (int i = 0; i < bytes; i++) {
      data.append((char) in.get(in.position() + i));
    }
  }

  @Override
  public void onEnd(int stream) {
    events.add("end " + stream);
  }

  @Override
  public void onHeaders(int stream, Http2Headers headers) {
    events.add(
        "headers "
            + stream
            + " "
            + headers.method()
            + " "
            + headers.scheme()
            + " "
            + headers.path());
  }

  @Override
  public void onReset(int stream, int code) {
    events.add("reset " + stream + " " + code);
  }

  @Override
  public void onSetting(int identifier, int value) {
    events.add("setting " + identifier + " " + value);
  }

  @Override
  public void onSettingsEnd() {
    events.add("settings");
  }

  @Override
  public void onPing(long value) {
    events.add("ping " + value);
  }

  @Override
  public void onGoAway() {
    events.add("goaway");
  }

  @Override
  public void onWindowUpdate(int stream, int bytes) {
    events.add("window " + stream + " " + bytes);
  }
}
