package dev.headgate.gateway.hurt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Floods of HTTP/2 frames, against the gRPC port and the HTTP port.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http2FloodTest {
  private static final int MANY = 20_000;
  private static final long SMALL_BYTES = 24L << 20;

  private final Siege siege = new Siege();

  @BeforeEach
  void begin() {
    siege.begin();
  }

  @AfterAll
  void end() {
    siege.close();
  }

  /// Repeats until the server has closed the connection, at most so often.
  private static int repeat(RawHttp2 client, int most, IntConsumer attack) {
    int count = 0;
    while (count < most && !client.isBroken()) {
      attack.accept(count++);
    }
    client.flush();
    return count;
  }

  private static int stream(int index) {
    return 2 * index + 1;
  }

  private void attack(boolean grpc, String reason, Attack attack) throws Exception {
    try (RawHttp2 client = siege.http2(grpc)) {
      attack.on(client);
      siege.awaitClosed(grpc, reason, 1);
      assertThat(client.isClosedByServer()).isTrue();
      siege.assertUnharmed(SMALL_BYTES);
    }
  }

  @FunctionalInterface
  private interface Attack {
    void on(RawHttp2 client) throws IOException;
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void rapid_resets_end_the_connection(boolean grpc) throws Exception {
    attack(
        grpc,
        "too_many_resets",
        client ->
            repeat(
                client,
                MANY,
                i -> {
                  client.begin(stream(i), 0);
                  client.frame(RawHttp2.RST_STREAM, 0, stream(i), 8);
                }));
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void making_the_gateway_reset_ends_the_connection(boolean grpc) throws Exception {
    attack(
        grpc,
        "too_many_resets",
        client ->
            repeat(
                client,
                MANY,
                i -> {
                  client.begin(stream(i), 0);
                  client.frame(RawHttp2.WINDOW_UPDATE, 0, stream(i), 0);
                }));
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void opening_streams_without_end_ends_the_connection(boolean grpc) throws Exception {
    attack(
        grpc, "too_many_resets", client -> repeat(client, MANY, i -> client.begin(stream(i), 0)));
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void empty_continuations_end_the_connection(boolean grpc) throws Exception {
    attack(
        grpc,
        "header_too_large",
        client -> {
          client.frame(RawHttp2.HEADERS, 0, 1, client.head());
          repeat(client, MANY, _ -> client.frame(RawHttp2.CONTINUATION, 0, 1, new byte[0]));
        });
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void a_head_that_grows_by_continuations_ends_the_connection(boolean grpc) throws Exception {
    byte[] more = RawHttp2.block("x-more", "y".repeat(4000));
    attack(
        grpc,
        "header_too_large",
        client -> {
          client.frame(RawHttp2.HEADERS, 0, 1, client.head());
          repeat(client, 1000, _ -> client.frame(RawHttp2.CONTINUATION, 0, 1, more));
        });
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void ten_thousand_headers_end_the_connection(boolean grpc) throws Exception {
    String[] headers = new String[20_000];
    for (int i = 0; i < headers.length; i += 2) {
      headers[i] = "x-" + i;
      headers[i + 1] = "";
    }
    byte[] block = RawHttp2.block(headers);
    attack(
        grpc,
        "header_too_large",
        client -> {
          client.frame(RawHttp2.HEADERS, 0, 1, client.head());
          for (int from = 0; from < block.length; from += 16_000) {
            int to = Math.min(block.length, from + 16_000);
            client.frame(RawHttp2.CONTINUATION, 0, 1, Arrays.copyOfRange(block, from, to));
          }
          client.flush();
        });
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void a_flood_of_settings_ends_the_connection(boolean grpc) throws Exception {
    attack(
        grpc,
        "too_many_control_frames",
        client -> repeat(client, 100_000, _ -> client.frame(RawHttp2.SETTINGS, 0, 0, new byte[0])));
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void a_flood_of_pings_ends_the_connection(boolean grpc) throws Exception {
    attack(
        grpc,
        grpc ? "too_many_pings" : "too_many_control_frames",
        client -> repeat(client, MANY, _ -> client.frame(RawHttp2.PING, 0, 0, new byte[8])));
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void a_flood_of_priorities_ends_the_connection(boolean grpc) throws Exception {
    attack(
        grpc,
        "too_many_control_frames",
        client -> repeat(client, MANY, _ -> client.frame(RawHttp2.PRIORITY, 0, 1, new byte[5])));
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void a_flood_of_empty_data_ends_the_connection(boolean grpc) throws Exception {
    attack(
        grpc,
        "too_many_control_frames",
        client -> {
          client.begin(1, 0);
          repeat(client, MANY, _ -> client.frame(RawHttp2.DATA, 0, 1, new byte[0]));
        });
  }

  @ParameterizedTest(name = "grpc={0}")
  @ValueSource(booleans = {true, false})
  void twenty_thousand_honest_streams_on_a_connection_are_served(boolean grpc) throws Exception {
    byte[] empty = grpc ? new byte[5] : new byte[0];
    try (RawHttp2 client = siege.http2(grpc)) {
      client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, 1 << 30);
      for (int i = 0; i < MANY; i++) {
        client.begin(stream(i), 0);
        client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream(i), empty);
        if (i % 50 == 49) {
          client.flush();
          client.awaitReceived(RawHttp2.HEADERS, (i + 1) * (grpc ? 2 : 1));
        }
      }
      assertThat(client.isBroken()).isFalse();
      assertThat(client.received(RawHttp2.GOAWAY)).isZero();
      siege.assertUnharmed(SMALL_BYTES);
    }
  }
}
