package dev.headgate.gateway.hurt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.gateway.e2e.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How many connections there may be, and for how long.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConnectionLimitTest {
  private static final int IDLE = 5_000;

  /// What an idle connection may take on the heap, the test's own socket included; measured: 4 KB.
  private static final long IDLE_BYTES = 8 << 10;

  private final List<Socket> sockets = new ArrayList<>();

  /// Connects from an address of the loopback other than everybody else's.
  private Socket connect(int port, int host) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.bind(
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host}), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private void closeAll() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private static boolean isClosed(Socket socket) throws IOException {
    socket.setSoTimeout(30_000);
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void connections_beyond_the_limits_are_closed_as_they_come(boolean grpc) throws Exception {
    String limits = "max_connections: 10, max_connections_per_address: 4,";
    try (Siege siege = new Siege(limits, limits)) {
      int port = siege.port(grpc);
      for (int i = 0; i < 4; i++) {
        connect(port, 2);
      }
      assertThat(isClosed(connect(port, 2))).isTrue();
      siege.awaitCount(1, "connections_refused_total", grpc, "address_limit");
      for (int i = 0; i < 5; i++) {
        connect(port, 3 + i);
      }
      // With the neighbour's there are ten now.
      assertThat(isClosed(connect(port, 9))).isTrue();
      siege.awaitCount(1, "connections_refused_total", grpc, "limit");
      closeAll();
      siege.gateway().awaitMetric(2, "headgate_receiver_connections");
      try (Socket again = connect(port, 2)) {
        siege.gateway().awaitMetric(3, "headgate_receiver_connections");
        assertThat(again.isConnected()).isTrue();
      }
    } finally {
      closeAll();
    }
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void five_thousand_idle_connections_cost_little(boolean grpc) throws Exception {
    String limits = "max_connections: 6000, max_connections_per_address: 6000, ";
    try (Siege siege = new Siege(limits, limits)) {
      byte[] hello =
          grpc
              ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
                  .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)
              : RawHttp.post(new byte[0]);
      for (int i = 0; i < IDLE; i++) {
        connect(siege.port(grpc), 2).getOutputStream().write(hello);
      }
      siege.gateway().awaitMetric(IDLE + 2, "headgate_receiver_connections");
      siege.assertUnharmed(IDLE * IDLE_BYTES);
      closeAll();
      siege.awaitClosed(grpc, "client", IDLE);
    } finally {
      closeAll();
    }
  }

  @Test
  void connections_end_of_age_without_a_lost_request() throws Exception {
    try (Siege siege =
            new Siege(
                "keepalive: {server_parameters: {max_connection_age: 1s,"
                    + " max_connection_age_grace: 1s}},",
                "max_connection_age: 1s, max_connection_age_grace: 1s,");
        RawHttp http1 = new RawHttp(siege.port(false));
        RawHttp2 http2 = siege.http2(false);
        RawHttp2 grpc = siege.http2(true)) {
      String end = null;
      while (end == null) {
        http1.write(RawHttp.post(new byte[0]));
        RawHttp.Response response = http1.read();
        assertThat(response.status()).isEqualTo(200);
        end = response.headers().get("connection");
        Thread.sleep(Duration.ofMillis(50));
      }
      assertThat(end).isEqualTo("close");
      assertThat(http1.isClosedByServer()).isTrue();
      assertThat(http2.isClosedByServer()).isTrue();
      assertThat(http2.received(RawHttp2.GOAWAY)).isEqualTo(2);
      assertThat(grpc.isClosedByServer()).isTrue();
      assertThat(grpc.received(RawHttp2.GOAWAY)).isEqualTo(2);
      siege.neighbour().awaitMore();
      assertThat(siege.closed(false, "age")).isGreaterThanOrEqualTo(2);
      assertThat(siege.closed(true, "age")).isGreaterThanOrEqualTo(1);
    }
  }

  @Test
  void a_request_that_outlives_the_age_and_its_grace_is_cut_off() throws Exception {
    try (Siege siege =
            new Siege("", "max_connection_age: 500ms, max_connection_age_grace: 500ms,");
        RawHttp http1 = new RawHttp(siege.port(false))) {
      http1.write(RawHttp.head("Content-Length: 10"));
      assertThat(http1.isClosedByServer()).isTrue();
      siege.gateway().awaitMetric(0, "headgate_budget_used_bytes");
    }
  }
}
