package dev.headgate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HttpReaderTest implements HttpReader.Listener {
  private static final String CONVERSATION =
      "POST /v1/logs HTTP/1.1\r\n"
          + "Host: x\r\n"
          + "Content-Encoding: gzip\r\n"
          + "Content-Length: 5\r\n\r\n"
          + "helloPOST /v1/traces HTTP/1.1\r\n"
          + "transfer-encoding: chunked\r\n\r\n"
          + "3\r\n"
          + "abc\r\n"
          + "10;x=y\r\n"
          + "0123456789abcdef\r\n"
          + "0\r\n"
          + "Trailer: x\r\n\r\n"
          + "HTTP/1.1 429 Too Many Requests\r\n"
          + "Connection: close\r\n"
          + "content-length: 0\r\n\r\n";

  private final StringBuilder events = new StringBuilder();

  @Test
  void reads_the_same_however_the_bytes_come() throws IOException {
    byte[] bytes = CONVERSATION.getBytes(StandardCharsets.US_ASCII);
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      events.setLength(0);
      HttpReader reader = new HttpReader(this);
      for (int at = 0; at < bytes.length; ) {
        int piece = Math.min(bytes.length - at, 1 + random.nextInt(round + 1));
        reader.read(ByteBuffer.wrap(bytes, at, piece));
        at += piece;
      }
      assertThat(events.toString())
          .isEqualTo(
              "[/v1/logs 5 gzip]hello.[/v1/traces -1 null]abc0123456789abcdef.[429 0 null close].");
    }
  }

  @Override
  public void onHead(HttpReader.Head head) {
    events
        .append('[')
        .append(head.target())
        .append(' ')
        .append(head.length())
        .append(' ')
        .append(head.coding())
        .append(head.closes() ? " close" : "")
        .append(']');
  }

  @Override
  public void onBody(ByteBuffer in, int bytes) {
    for (int i = 0; i < bytes; i++) {
      events.append((char) in.get(in.position() + i));
    }
  }

  @Override
  public void onEnd() {
    events.append('.');
  }
}
