package dev.headgate.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.AdminConfig;
import dev.headgate.config.AdminRole;
import dev.headgate.config.HostPort;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AdminServerTest {
  /// More than the buffers of both sockets take.
  private static final int LARGE_BYTES = 16 << 20;

  private static final int READERS = 60;

  /// As many as are made at a time, open ones and others.
  private static final int TURNS = 2;

  private static final String TOKEN = "viewer-token-0123456789";

  @TempDir static Path directory;

  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger viewed = new AtomicInteger();
  private final AccessMetrics metrics = new AccessMetrics(new PrometheusRegistry());
  private final List<Socket> sockets = new ArrayList<>();
  private final byte[] large = new byte[LARGE_BYTES];
  private final AdminServer server = server();

  private Page.Handler largeAnswer(AtomicInteger counter) {
    return _ -> {
      counter.incrementAndGet();
      return new Answer(200, "text/plain", large);
    };
  }

  private AdminServer.Site site(Access access) {
    Page costly = Page.openAndMade(largeAnswer(made));
    Page view = Page.view(AdminRole.VIEWER, Set.of(), largeAnswer(viewed));
    Page light = Page.open(_ -> Answer.text(200, "ok"));
    return new AdminServer.Site(
        Map.of("/metrics", costly, "/overview", view, "/livez", light), access, (_, _) -> {});
  }

  private AdminServer server() {
    try {
      Path file = Files.writeString(directory.resolve("tokens"), TOKEN);
      AdminConfig.Client viewer = new AdminConfig.Client("wall", AdminRole.VIEWER, file);
      AdminConfig config = new AdminConfig(List.of(viewer), AdminRole.NONE, null);
      Access access = Access.of(config, metrics, (_, _, _) -> {});
      return new AdminServer(new HostPort("127.0.0.1", 0), site(access));
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
    String request =
        "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(path, TOKEN);
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
  void who_needs_no_token_keeps_nobody_out_who_has_one() throws IOException {
    for (int i = 0; i < TURNS * 2; i++) {
      ask("/metrics");
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> made.get() == TURNS && server.waiting() == TURNS);
    assertThat(head(ask("/overview"))).startsWith("HTTP/1.1 200");
  }

  @Test
  void who_waited_is_judged_again() throws IOException {
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < TURNS; i++) {
      slow.add(ask("/overview"));
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> viewed.get() == TURNS);
    Socket late = ask("/overview");
    await().atMost(Duration.ofSeconds(20)).until(() -> server.waiting() == 1);
    server.use(site(Access.nobody(metrics)));
    for (Socket one : slow) {
      one.close();
    }
    late.shutdownOutput();
    assertThat(head(late)).startsWith("HTTP/1.1 401");
    assertThat(viewed).hasValue(TURNS);
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
