package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.OtlpItems;
import dev.headgate.gateway.backends.RawBackend;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Backends that answer with anything but an answer: each item arrives once or is booked, and the
/// gateway works on.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileBackendTest {
  private static final int ITEMS = 5;
  private static final String KEYS =
      "compression: none, timeout: 1s,"
          + " retry_on_failure: {initial_interval: 5ms, max_interval: 20ms}";

  private static GatewayHarness gateway(RawBackend backend, boolean grpc) {
    String exporter =
        grpc
            ? "  otlp/raw: {endpoint: \"127.0.0.1:%d\", tls: {insecure: true}, %s}\n"
            : "  otlphttp/raw: {endpoint: \"http://127.0.0.1:%d\", %s}\n";
    return GatewayHarness.start(
        exporter.formatted(backend.port(), KEYS), grpc ? "otlp/raw" : "otlphttp/raw", "logs");
  }

  private static void send(GatewayHarness gateway) {
    try (OtlpClient client = gateway.client()) {
      byte[] body = TestOtlp.request(Signal.LOGS, 0, ITEMS);
      assertThat(client.export(Transport.GRPC, Signal.LOGS, body).status()).isZero();
    }
  }

  private static List<String> taken(RawBackend backend) {
    List<String> ids = new ArrayList<>();
    for (byte[] body : backend.taken()) {
      ids.addAll(OtlpItems.ids(Signal.LOGS, OtlpItems.parse(Signal.LOGS, body)));
    }
    return ids;
  }

  /// The first answers are hostile, the next is well.
  private static void arrivesOnce(boolean grpc, int hostile, RawBackend.Script script)
      throws IOException {
    try (RawBackend backend =
            new RawBackend(
                grpc,
                (exchange, number) -> {
                  if (number <= hostile) {
                    script.answer(exchange, number);
                  } else {
                    exchange.accept();
                  }
                });
        GatewayHarness gateway = gateway(backend, grpc)) {
      send(gateway);
      gateway.assertBalanced();
      assertThat(taken(backend))
          .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.LOGS, 0, ITEMS));
      assertThat(gateway.gateway().ledger().getFirst().delivered()).isEqualTo(ITEMS);
      assertThat(backend.requests()).isGreaterThan(hostile);
    }
  }

  /// What an HTTP backend may do without having taken anything.
  enum Http {
    SILENCE {
      @Override
      void answer(RawBackend.Exchange exchange) {}
    },
    CLOSE {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.close(false);
      }
    },
    RESET {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.close(true);
      }
    },
    GARBAGE {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.write("\0\1\2garbage\r\n\r\n");
      }
    },
    TORN_HEAD {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.write("HTTP/1.1 503 Serv");
        exchange.close(false);
      }
    },
    TORN_BODY {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.write("HTTP/1.1 503 X\r\nContent-Length: 100\r\n\r\nabc");
        exchange.close(false);
      }
    },
    HUGE_HEAD {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.write("HTTP/1.1 200 OK\r\nX: " + "x".repeat(1 << 20) + "\r\n\r\n");
      }
    },
    ENDLESS_CONTINUE {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        while (true) {
          exchange.write("HTTP/1.1 100 Continue\r\n\r\n".repeat(50));
          pause(20);
        }
      }
    },
    DRIP {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.write("HTTP/1.1 503 X\r\nContent-Length: 1000000\r\n\r\n");
        while (true) {
          exchange.write("x");
          pause(20);
        }
      }
    };

    abstract void answer(RawBackend.Exchange exchange) throws IOException;

    static void pause(long millis) throws IOException {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_http_backend_that_took_nothing_gets_it_again(Http how) throws IOException {
    arrivesOnce(false, 2, (exchange, _) -> how.answer(exchange));
  }

  @Test
  void a_success_counts_whatever_follows_it() throws IOException {
    for (String answer :
        List.of(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nLink: <a>\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ntorn",
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\n"
                + "Content-Length: 3\r\n\r\n\377\377\7",
            "HTTP/1.1 204 No Content\r\n\r\nmore than was asked for")) {
      try (RawBackend backend =
              new RawBackend(
                  false,
                  (exchange, _) -> {
                    exchange.take();
                    exchange.write(answer);
                    exchange.close(false);
                  });
          GatewayHarness gateway = gateway(backend, false)) {
        send(gateway);
        gateway.assertBalanced();
        assertThat(backend.requests()).as(answer).isEqualTo(1);
        assertThat(gateway.line("otlphttp/raw").delivered()).isEqualTo(ITEMS);
      }
    }
  }

  @Test
  void a_redirect_is_not_followed() throws IOException {
    try (RawBackend elsewhere = new RawBackend(false, (exchange, _) -> exchange.accept());
        RawBackend backend =
            new RawBackend(
                false,
                (exchange, _) ->
                    exchange.write(
                        "HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:"
                            + elsewhere.port()
                            + "/v1/logs\r\nContent-Length: 0\r\n\r\n"));
        GatewayHarness gateway = gateway(backend, false)) {
      send(gateway);
      gateway.assertBalanced();
      assertThat(elsewhere.requests()).isZero();
      assertThat(backend.requests()).isEqualTo(1);
      assertThat(gateway.line("otlphttp/raw").dropped()).isEqualTo(ITEMS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 67108864", "Transfer-Encoding: chunked"})
  void of_a_64_mib_error_only_the_beginning_is_read(String framing) throws IOException {
    AtomicLong written = new AtomicLong();
    String chunk = framing.startsWith("T") ? "10000\r\n" : "";
    arrivesOnce(
        false,
        1,
        (exchange, _) -> {
          exchange.write("HTTP/1.1 503 X\r\n" + framing + "\r\n\r\n");
          for (int i = 0; i < 1024; i++) {
            exchange.write(chunk + "x".repeat(1 << 16) + (chunk.isEmpty() ? "" : "\r\n"));
            written.addAndGet(1 << 16);
          }
        });
    // What is read, what is thrown away and what the two sockets hold.
    assertThat(written.get()).isLessThan(32L << 20);
  }

  /// What a gRPC backend may do without having taken anything.
  enum Grpc {
    SILENCE {
      @Override
      void answer(RawBackend.Exchange exchange) {}
    },
    CLOSE {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.close(false);
      }
    },
    TCP_RESET {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.close(true);
      }
    },
    GARBAGE {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.write("HTTP/1.1 400 Bad Request\r\n\r\n");
      }
    },
    GOAWAY {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.goAway(0);
      }
    },
    GOAWAY_ENHANCE_YOUR_CALM {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.goAway(11);
        exchange.close(false);
      }
    },
    RESET_PROTOCOL_ERROR {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.reset(1);
      }
    },
    RESET_INTERNAL_ERROR {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.reset(2);
      }
    },
    RESET_REFUSED_STREAM {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.reset(7);
      }
    },
    RESET_CANCEL {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.reset(8);
      }
    },
    RESET_ENHANCE_YOUR_CALM {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.reset(11);
      }
    },
    RESET_AFTER_HEADERS {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.headers(false, "content-type", "application/grpc");
        exchange.reset(2);
      }
    },
    PROXY_503 {
      @Override
      void answer(RawBackend.Exchange exchange) throws IOException {
        exchange.httpStatus("503");
      }
    };

    abstract void answer(RawBackend.Exchange exchange) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void a_grpc_backend_that_took_nothing_gets_it_again(Grpc how) throws IOException {
    arrivesOnce(true, 2, (exchange, _) -> how.answer(exchange));
  }

  @Test
  void a_grpc_answer_that_claims_64_mib_is_not_read() throws IOException {
    try (RawBackend backend = new RawBackend(true, (exchange, _) -> exchange.message(64 << 20));
        GatewayHarness gateway = gateway(backend, true)) {
      send(gateway);
      gateway.assertBalanced();
      assertThat(backend.requests()).isEqualTo(1);
      assertThat(gateway.line("otlp/raw").dropped()).isEqualTo(ITEMS);
    }
  }

  @Test
  void a_proxy_that_finds_a_call_too_large_gets_smaller_ones() throws IOException {
    arrivesOnce(true, 1, (exchange, _) -> exchange.httpStatus("413"));
  }
}
