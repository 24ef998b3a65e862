package dev.headgate.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/// What the commands do whose output nobody takes any more, as in `headgate top | head`.
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class ReaderGoneTest {
  private final PrintStream before = System.out;
  private HttpServer server;
  private String url;

  /// A pipe whose reader leaves after so many bytes.
  private static final class Pipe extends OutputStream {
    private int left;

    private Pipe(int left) {
      this.left = left;
    }

    @Override
    public void write(int b) throws IOException {
      if (left-- <= 0) {
        throw new IOException("Broken pipe");
      }
    }
  }

  @BeforeEach
  void listen() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "{}\n".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    url = "http://" + loopback.getHostAddress() + ":" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    System.setOut(before);
    server.stop(0);
  }

  private int run(int bytes, String... words) {
    System.setOut(new PrintStream(new Pipe(bytes), true, UTF_8));
    return Headgate.run(words);
  }

  @Test
  void top_ends_when_nobody_looks_any_more() {
    assertThat(run(10, "top", "--url", url)).isZero();
    assertThat(run(1000, "top", "--url", url, "--every", "1")).isZero();
  }

  @Test
  void what_is_asked_for_once_and_does_not_get_out_is_a_failure() {
    assertThat(run(0, "top", "--url", url, "--once")).isEqualTo(1);
    assertThat(run(0, "tap", "--url", url)).isEqualTo(1);
    assertThat(run(1000, "tap", "--url", url)).isZero();
    assertThat(run(1000, "top", "--url", url, "--once")).isZero();
  }
}
