package dev.headgate.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthCommandTest {
  private static int ask(String url) {
    return Headgate.run("health", "--url", url, "--timeout", "10");
  }

  @Test
  void only_an_answer_of_200_is_healthy() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    server.createContext("/ready", exchange -> exchange.sendResponseHeaders(200, -1));
    server.createContext("/starting", exchange -> exchange.sendResponseHeaders(503, -1));
    server.start();
    try {
      String gateway = "http://" + loopback.getHostAddress() + ":" + server.getAddress().getPort();
      assertThat(ask(gateway + "/ready")).isEqualTo(0);
      assertThat(ask(gateway + "/starting")).isEqualTo(1);
      assertThat(ask(gateway + "/elsewhere")).isEqualTo(1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void nobody_who_listens_is_not_healthy() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(ask("http://127.0.0.1:" + port + "/readyz")).isEqualTo(1);
  }

  @Test
  void asks_at_the_port_that_the_policy_takes_from_the_environment() {
    assertThat(HealthCommand.defaultUrl(Map.of())).isEqualTo("http://127.0.0.1:8888/readyz");
    assertThat(HealthCommand.defaultUrl(Map.of("HEADGATE_ADMIN_PORT", "9000")))
        .isEqualTo("http://127.0.0.1:9000/readyz");
    assertThat(
            HealthCommand.defaultUrl(
                Map.of("HEADGATE_ADMIN_PORT", "9000", "HEADGATE_HEALTH_URL", "http://[::1]:1/")))
        .isEqualTo("http://[::1]:1/");
  }

  @Test
  void what_is_no_url_is_misuse() {
    assertThat(ask("localhost:8888/readyz")).isEqualTo(2);
    assertThat(ask("http://")).isEqualTo(2);
    assertThat(ask("http://a b/")).isEqualTo(2);
  }
}
