package dev.headgate.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.HostPort;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AdminServerTest {
  /// More than the buffers of both sockets take.
  private static final int LARGE_BYTES = 16 << 20;

  private static final int READERS = 60;

  /// As many as are made at a time.
  private static final int TURNS = 4;

  private final AtomicInteger made = new AtomicInteger();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final List<Socket> sockets = new ArrayList<>();
  private final byte[] large = new byte[LARGE_BYTES];
  private final AdminServer server = server();

  private AdminServer server() {
    Page costly =
        Page.openAndMade(_ -> {
          made.incrementAndGet();
          return new Answer(200, "text/plain", large);
        });
    Page light = Page.open(_ -> Answer.text(200, "ok"));
    Access access = Access.nobody(new AccessMetrics(registry));
    try {
      return new AdminServer(
          new HostPort("127.0.0.1", 0),
          new AdminServer.Site(Map.of("/metrics", costly, "/livez", light), access, (_, _) -> {}));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
  }

  /// Asks and does not read.
  private Socket ask(String path) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /// The beginning of an answer.
  private static String head(Socket socket) throws IOException {
    socket.setSoTimeout(20_000);
    InputStream in = socket.getInputStream();
    return new String(in.readNBytes(300), StandardCharsets.ISO_8859_1);
  }

  @Test
  void who_reads_slowly_holds_a_few_answers_and_keeps_nobody_from_asking_for_health()
      throws IOException {
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < TURNS; i++) {
      slow.add(ask("/metrics"));
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> made.get() == TURNS);
    List<Socket> late = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      late.add(ask("/metrics"));
    }
    for (int i = 0; i < TURNS * 2; i++) {
      Socket health = ask("/livez");
      health.shutdownOutput();
      assertThat(head(health)).startsWith("HTTP/1.1 200");
    }
    for (Socket one : late) {
      assertThat(head(one))
          .startsWith("HTTP/1.1 503")
          .containsIgnoringCase("Retry-After: 5")
          .containsIgnoringCase("Connection: close");
    }
    assertThat(made).hasValue(TURNS);
    for (Socket one : slow) {
      one.close();
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(head(ask("/metrics"))).startsWith("HTTP/1.1 200"));
  }

  @Test
  void an_answer_arrives_whole_and_as_it_was_made() throws IOException {
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) ('a' + i % 23);
    }
    Socket socket = ask("/metrics");
    socket.shutdownOutput();
    byte[] all = socket.getInputStream().readNBytes(LARGE_BYTES);
    String text = new String(all, StandardCharsets.ISO_8859_1);
    int body = text.indexOf("\r\n\r\n") + 4;
    String rest = new String(socket.getInputStream().readNBytes(body), StandardCharsets.ISO_8859_1);
    assertThat((text.substring(body) + rest).equals(new String(large, StandardCharsets.ISO_8859_1)))
        .isTrue();
  }
}
