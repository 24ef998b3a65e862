package dev.headgate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeneratorAndSinkTest {
  private static final SinkMode NORMAL = new SinkMode(0, SinkMode.Failure.unavailable, 0, false);

  private final StringWriter err = new StringWriter();

  private record Both(Map<String, Long> sent, Map<String, Long> received) {}

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static GeneratePlan plan(
      boolean grpc, int port, Signal signal, int items, ContentCoding coding, double rate) {
    return new GeneratePlan(
        grpc,
        new InetSocketAddress("127.0.0.1", port),
        signal,
        items,
        coding,
        3,
        grpc ? 4 : 1,
        rate,
        20_000_000,
        150_000_000,
        10,
        3,
        5);
  }

  /* Sends to a sink, and returns the whole numbers of both reports, those inside objects with the
  object's name in front. */
  private Both run(
      boolean grpc, SinkMode mode, Signal signal, int items, ContentCoding coding, double rate)
      throws IOException {
    int port = freePort();
    Sink sink = new Sink(grpc ? port : 0, grpc ? 0 : port, mode, true, new PrintWriter(err, true));
    Thread thread =
        new Thread(
            () -> {
              try {
                sink.run();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "test-sink");
    thread.setDaemon(true);
    thread.start();
    try {
      String sent =
          new Generator(plan(grpc, port, signal, items, coding, rate), new PrintWriter(err)).run();
      CompletableFuture<String> received = new CompletableFuture<>();
      sink.execute(() -> received.complete(sink.report()));
      return new Both(numbers(sent), numbers(received.join()));
    } finally {
      sink.stop();
    }
  }

  private static Map<String, Long> numbers(String json) throws IOException {
    Map<String, Long> numbers = new HashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
          String path = parser.getParsingContext().pathAsPointer().toString();
          numbers.put(path.substring(1), parser.getLongValue());
        }
      }
    }
    return numbers;
  }

  @ParameterizedTest
  @CsvSource({
    "true, TRACES, 100", "true, LOGS, 1", "true, METRICS, 1000",
    "false, TRACES, 1000", "false, LOGS, 100", "false, METRICS, 1"
  })
  void every_accepted_item_is_at_the_sink_once(boolean grpc, Signal signal, int items)
      throws IOException {
    Both both = run(grpc, NORMAL, signal, items, ContentCoding.IDENTITY, 0);

    assertThat(both.sent.get("total/accepted_items")).isPositive();
    assertThat(both.received)
        .containsEntry("unique_items", both.sent.get("total/accepted_items"))
        .containsEntry("duplicate_items", 0L)
        .containsEntry("foreign_items", 0L)
        .containsEntry("malformed_requests", 0L)
        .containsEntry("latency_ms/count", both.sent.get("total/accepted_items"));
    assertThat(both.sent)
        .containsEntry("unanswered_requests", 0L)
        .containsEntry("failed_requests", 0L)
        .containsEntry("refused_requests", 0L);
    assertThat(err.toString()).isEqualToNormalizingNewlines("measuring\ndone\n");
  }

  @ParameterizedTest
  @CsvSource({"true, GZIP", "true, ZSTD", "false, GZIP", "false, ZSTD"})
  void every_item_of_compressed_requests_is_counted(boolean grpc, ContentCoding coding)
      throws IOException {
    Both both = run(grpc, NORMAL, Signal.LOGS, 100, coding, 0);

    assertThat(both.received)
        .containsEntry("items", both.sent.get("total/accepted_items"))
        .containsEntry("foreign_items", 0L)
        .containsEntry("latency_ms/count", 0L);
    assertThat(both.received.get("items_with_secrets")).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "true, unavailable, refused",
    "true, exhausted, refused",
    "true, invalid, failed",
    "false, unavailable, refused",
    "false, exhausted, refused",
    "false, internal, failed"
  })
  void failures_are_told_apart(boolean grpc, SinkMode.Failure failure, String count)
      throws IOException {
    SinkMode half = new SinkMode(0, failure, 50, false);
    Both both = run(grpc, half, Signal.TRACES, 10, ContentCoding.IDENTITY, 0);

    assertThat(both.received)
        .containsEntry("unique_items", both.sent.get("total/accepted_items"))
        .containsEntry("failed_requests", both.sent.get("total/" + count + "_requests"));
    // Every second one, beginning with the second.
    assertThat(
            both.sent.get("total/accepted_requests")
                - both.sent.get("total/" + count + "_requests"))
        .isBetween(0L, 1L);
  }

  @Test
  void a_schedule_offers_what_it_says() throws IOException {
    Both both = run(true, NORMAL, Signal.TRACES, 1, ContentCoding.IDENTITY, 1000);

    // 150 ms at 1000 a second; the window ends with the round that sees it end.
    assertThat(both.sent.get("offered_requests")).isGreaterThanOrEqualTo(149);
    assertThat(both.sent.get("lag_ms/count")).isEqualTo(both.sent.get("sent_requests"));
    assertThat(both.received).containsEntry("unique_items", both.sent.get("total/accepted_items"));
  }

  @Test
  void answers_come_as_late_as_the_sink_is_told() throws IOException {
    SinkMode slow = new SinkMode(30, SinkMode.Failure.unavailable, 0, false);
    Both both = run(true, slow, Signal.TRACES, 1, ContentCoding.IDENTITY, 0);

    // 3 connections with 4 requests each, at most one each in 30 ms for 170 ms and while the rest
    // is awaited.
    assertThat(both.sent.get("total/accepted_requests")).isBetween(1L, 12L * 7);
    assertThat(both.received).containsEntry("unique_items", both.sent.get("total/accepted_items"));
  }
}
