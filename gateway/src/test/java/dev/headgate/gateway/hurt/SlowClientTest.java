package dev.headgate.gateway.hurt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.gateway.e2e.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that take their time, against timeouts of a second: they are cut off and counted, and
/// what they held is free again.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowClientTest {
  private static final int CLIENTS = 50;
  private static final long SMALL_BYTES = 24L << 20;
  private static final String TIMES =
      "read_header_timeout: 1s, read_timeout: 1s, write_timeout: 1s, ";

  private final Siege siege =
      new Siege(
          TIMES + "keepalive: {server_parameters: {max_connection_idle: 3s}},",
          TIMES + "idle_timeout: 3s,");

  @BeforeEach
  void begin() {
    siege.begin();
  }

  @AfterAll
  void end() {
    siege.close();
  }

  /// Sends a byte now and then on each connection until the test is over.
  private static Thread dribble(List<Socket> sockets, byte[] bytes) {
    return Thread.ofVirtual()
        .start(() -> {
          for (byte b : bytes) {
            for (Socket socket : sockets) {
              try {
                socket.getOutputStream().write(b);
              } catch (IOException e) {
                // Cut off.
              }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            if (Thread.currentThread().isInterrupted()) {
              return;
            }
          }
        });
  }

  private List<Socket> connect(int port, byte[] first) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(first);
      sockets.add(socket);
    }
    return sockets;
  }

  private void slow(boolean grpc, byte[] first, byte[] rest, String reason) throws Exception {
    List<Socket> sockets = connect(siege.port(grpc), first);
    Thread dribbling = dribble(sockets, rest);
    try {
      siege.awaitClosed(grpc, reason, CLIENTS);
    } finally {
      dribbling.interrupt();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    siege.assertUnharmed(SMALL_BYTES);
  }

  @Test
  void slow_heads_are_cut_off() throws Exception {
    byte[] head = RawHttp.head("X-Long: " + "x".repeat(1000)).getBytes(ISO_8859_1);
    slow(false, new byte[] {'P'}, head, "header_timeout");
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void a_slow_start_of_http2_is_cut_off(boolean grpc) throws Exception {
    slow(grpc, "PRI * HTTP".getBytes(ISO_8859_1), new byte[0], "header_timeout");
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void slow_heads_over_http2_are_cut_off(boolean grpc) throws Exception {
    List<RawHttp2> clients = new ArrayList<>();
    try {
      for (int i = 0; i < CLIENTS; i++) {
        RawHttp2 client = siege.http2(grpc);
        clients.add(client);
        client.awaitReceived(RawHttp2.SETTINGS, 1);
        client.frame(RawHttp2.HEADERS, 0, 1, client.head());
        client.flush();
      }
      siege.awaitClosed(grpc, "header_timeout", CLIENTS);
    } finally {
      for (RawHttp2 client : clients) {
        client.close();
      }
    }
    siege.assertUnharmed(SMALL_BYTES);
  }

  @Test
  void slow_bodies_are_cut_off() throws Exception {
    byte[] head = RawHttp.head("Content-Length: 1000000").getBytes(ISO_8859_1);
    slow(false, head, new byte[1000], "body_timeout");
    siege.gateway().awaitMetric(0, "headgate_budget_used_bytes");
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void slow_bodies_over_http2_are_refused_or_reset(boolean grpc) throws Exception {
    try (RawHttp2 client = siege.http2(grpc)) {
      for (int i = 0; i < CLIENTS; i++) {
        client.begin(2 * i + 1, 0);
        client.frame(RawHttp2.DATA, 0, 2 * i + 1, new byte[] {0, 0, 1, 0, 0, 1, 2, 3});
      }
      client.flush();
      siege.awaitCount(CLIENTS, "refused_requests_total", grpc, "timeout");
      client.awaitReceived(grpc ? RawHttp2.HEADERS : RawHttp2.RST_STREAM, CLIENTS);
      siege.awaitCount(CLIENTS, "streams_reset_total", grpc, grpc ? "answered" : "body_timeout");
    }
    siege.gateway().awaitMetric(0, "headgate_budget_used_bytes");
    siege.assertUnharmed(SMALL_BYTES);
  }

  @Test
  void who_does_not_read_answers_is_cut_off() throws Exception {
    byte[] requests =
        "GET /nothing HTTP/1.1\r\nHost: test\r\n\r\n".repeat(1000).getBytes(ISO_8859_1);
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), siege.port(false)));
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    socket.getOutputStream().write(requests);
                  }
                } catch (IOException e) {
                  // Cut off.
                }
              });
      siege.awaitClosed(false, "write_timeout", 1);
      writer.join();
    }
    siege.assertUnharmed(SMALL_BYTES);
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void streams_whose_answer_is_not_read_are_reset(boolean grpc) throws Exception {
    byte[] noWindow = {0, 4, 0, 0, 0, 0};
    byte[] malformed = {7, 7, 7, 7};
    try (RawHttp2 client = new RawHttp2(grpc, siege.port(grpc), noWindow)) {
      client.readOn();
      for (int i = 0; i < CLIENTS; i++) {
        client.begin(2 * i + 1, 0);
        client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, 2 * i + 1, grpc ? new byte[5] : malformed);
      }
      client.flush();
      client.awaitReceived(RawHttp2.RST_STREAM, CLIENTS);
      siege.awaitCount(CLIENTS, "streams_reset_total", grpc, "write_timeout");
    }
    siege.assertUnharmed(SMALL_BYTES);
  }

  @Test
  void idle_connections_are_closed() throws Exception {
    try (RawHttp silent = new RawHttp(siege.port(false));
        RawHttp kept = new RawHttp(siege.port(false));
        RawHttp2 http2 = siege.http2(false);
        RawHttp2 grpc = siege.http2(true)) {
      kept.write(RawHttp.post(new byte[0]));
      assertThat(kept.read().status()).isEqualTo(200);
      siege.awaitClosed(false, "idle", 3);
      siege.awaitClosed(true, "idle", 1);
      assertThat(silent.isClosedByServer()).isTrue();
      assertThat(kept.isClosedByServer()).isTrue();
      assertThat(http2.isClosedByServer()).isTrue();
      assertThat(grpc.isClosedByServer()).isTrue();
    }
  }
}
