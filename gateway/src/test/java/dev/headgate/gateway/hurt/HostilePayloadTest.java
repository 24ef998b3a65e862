package dev.headgate.gateway.hurt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.headgate.config.Signal;
import dev.headgate.gateway.e2e.OtlpClient;
import dev.headgate.gateway.e2e.OtlpClient.Answer;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.gateway.e2e.RawHttp;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies that are much more than they seem. The largest message is 8 MiB; the stacks are those of
/// `jvm.options`.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostilePayloadTest {
  private static final int MAX_MEBIBYTES = 8;
  private static final int BOMB_MEBIBYTES = 100;
  private static final int AT_ONCE = 4;
  private static final int DEPTH = 10_000;
  private static final long SMALL_BYTES = 32L << 20;

  private final Siege siege =
      new Siege("max_recv_msg_size_mib: 8,", "max_request_body_size: 8MiB,");
  private final OtlpClient client = siege.client();

  @BeforeEach
  void begin() {
    siege.begin();
  }

  @AfterEach
  void nothing_is_left() {
    siege.gateway().awaitMetric(0, "headgate_budget_used_bytes");
    siege.assertUnharmed(SMALL_BYTES);
  }

  @AfterAll
  void end() {
    client.close();
    siege.close();
  }

  private static boolean grpc(Transport transport) {
    return transport == Transport.GRPC;
  }

  /// Sends a body several times at once; all get the same answer.
  private List<Answer> send(Transport transport, byte[] body, Map<String, String> headers)
      throws Exception {
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < AT_ONCE; i++) {
        answers.add(threads.submit(() -> client.export(transport, Signal.TRACES, body, headers)));
      }
    }
    List<Answer> done = new ArrayList<>();
    for (Future<Answer> answer : answers) {
      done.add(answer.get());
    }
    return done;
  }

  private void isTooLarge(Transport transport, byte[] body, String encoding) throws Exception {
    assertThat(send(transport, body, Map.of("content-encoding", encoding)))
        .extracting(Answer::status)
        .containsOnly(grpc(transport) ? 8 : 413);
    siege.awaitCount(AT_ONCE, "refused_requests_total", grpc(transport), "too_large");
  }

  private void isMalformed(Transport transport, byte[] body, Map<String, String> headers)
      throws Exception {
    assertThat(send(transport, body, headers))
        .extracting(Answer::status)
        .containsOnly(grpc(transport) ? 3 : 400);
    siege.awaitCount(AT_ONCE, "refused_requests_total", grpc(transport), "malformed");
  }

  private void isTaken(Transport transport, byte[] body, Map<String, String> headers)
      throws Exception {
    assertThat(send(transport, body, headers)).allMatch(answer -> answer.ok(transport));
  }

  static List<Arguments> bombs() {
    List<Arguments> bombs = new ArrayList<>();
    for (Transport transport : List.of(Transport.GRPC, Transport.HTTP_1)) {
      bombs.add(arguments(transport, "gzip", "gzip", Bombs.gzip(BOMB_MEBIBYTES)));
      bombs.add(arguments(transport, "members", "gzip", Bombs.gzipMembers(BOMB_MEBIBYTES)));
      bombs.add(arguments(transport, "zstd", "zstd", Bombs.zstd(BOMB_MEBIBYTES)));
      bombs.add(arguments(transport, "frames", "zstd", Bombs.zstdFrames(50_000)));
      bombs.add(
          arguments(
              transport,
              "mixed frames",
              "zstd",
              concat(Bombs.emptyZstdFrames(50_000), Bombs.zstdFrames(1000))));
    }
    bombs.add(arguments(Transport.HTTP_1, "zlib", "deflate", Bombs.zlib(BOMB_MEBIBYTES)));
    return bombs;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("bombs")
  void a_bomb_is_refused_for_good(Transport transport, String name, String encoding, byte[] bomb)
      throws Exception {
    assertThat(bomb.length).as(name).isLessThan(MAX_MEBIBYTES << 20);
    isTooLarge(transport, bomb, encoding);
  }

  static List<Arguments> nested() {
    List<Arguments> nested = new ArrayList<>();
    for (Transport transport : List.of(Transport.GRPC, Transport.HTTP_1)) {
      nested.add(arguments(transport, "gzip", Bombs.nestedGzip(BOMB_MEBIBYTES)));
      nested.add(arguments(transport, "zstd", Bombs.nestedZstd(BOMB_MEBIBYTES)));
      for (int windowLog : new int[] {24, 27, 31, 41}) {
        nested.add(arguments(transport, "zstd", Bombs.zstdFrame(windowLog, 1)));
      }
    }
    nested.add(arguments(Transport.HTTP_1, "deflate", Bombs.rawDeflate(1)));
    return nested;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("nested")
  void what_is_coded_twice_or_asks_for_a_large_window_is_malformed(
      Transport transport, String encoding, byte[] body) throws Exception {
    isMalformed(transport, body, Map.of("content-encoding", encoding));
  }

  static List<Arguments> empties() {
    return List.of(
        arguments("gzip", Bombs.emptyGzipMembers(200_000)),
        arguments("zstd", Bombs.emptyZstdFrames(400_000)),
        arguments("zstd", Bombs.skippedZstdFrames(500_000)));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("empties")
  void hundreds_of_thousands_of_empty_members_are_nothing(String encoding, byte[] body)
      throws Exception {
    isTaken(Transport.HTTP_1, body, Map.of("content-encoding", encoding));
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  /// A length-delimited field with a tag of one byte.
  private static byte[] field(int number, byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length + 8);
    bytes.write(number << 3 | 2);
    int length = content.length;
    for (; length >= 128; length >>>= 7) {
      bytes.write(length & 127 | 128);
    }
    bytes.write(length);
    bytes.writeBytes(content);
    return bytes.toByteArray();
  }

  /// An AnyValue of arrays in arrays, of maps in maps, or of both by turns.
  private static byte[] deepValue(String kind) {
    byte[] value = {0x10, 1};
    for (int i = 0; i < DEPTH; i++) {
      boolean map = kind.equals("maps") || (kind.equals("both") && i % 2 == 0);
      byte[] item = map ? concat(field(1, new byte[] {'k'}), field(2, value)) : value;
      value = field(map ? 6 : 5, field(1, item));
    }
    return value;
  }

  private static byte[] attribute(byte[] value) {
    return concat(field(1, new byte[] {'a'}), field(2, value));
  }

  /// A request of one span.
  private static byte[] request(byte[]... fieldsOfSpan) {
    byte[] ids =
        concat(field(1, "0123456789abcdef".getBytes(UTF_8)), field(2, "01234567".getBytes(UTF_8)));
    return field(1, field(2, field(2, concat(ids, concat(fieldsOfSpan)))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays", "maps", "both"})
  void values_of_ten_thousand_levels_are_malformed(String kind) throws Exception {
    byte[] deep = attribute(deepValue(kind));
    for (Transport transport : List.of(Transport.GRPC, Transport.HTTP_1)) {
      siege.begin();
      isMalformed(transport, request(field(9, deep)), Map.of());
    }
    byte[] event = request(field(11, field(3, deep)));
    siege.begin();
    isMalformed(Transport.HTTP_1, event, Map.of());
  }

  @Test
  void groups_of_ten_thousand_levels_in_unknown_fields_are_malformed() throws Exception {
    byte[] groups =
        concat(Bombs.repeat(new byte[] {0x7b}, DEPTH), Bombs.repeat(new byte[] {0x7c}, DEPTH));
    isMalformed(Transport.HTTP_1, request(groups), Map.of());
  }

  static List<String> deepJson() {
    String value =
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"attributes\":[{\"key\":\"a\",\"value\":";
    return List.of(
        "[".repeat(1_000_000),
        "{\"a\":".repeat(500_000),
        "{\"unknown\":" + "[".repeat(DEPTH) + "]".repeat(DEPTH) + "}",
        value + "{\"arrayValue\":{\"values\":[".repeat(DEPTH),
        value + "{\"arrayValue\":{\"values\":[".repeat(DEPTH) + "]}}".repeat(DEPTH) + "}]}]}]}]}",
        value
            + "{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":".repeat(DEPTH)
            + "{}"
            + "}]}}".repeat(DEPTH)
            + "}]}]}]}]}");
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("deepJson")
  void json_of_ten_thousand_levels_is_malformed(String json) throws Exception {
    isMalformed(Transport.HTTP_1, json.getBytes(UTF_8), Map.of("content-type", "application/json"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"GRPC", "HTTP_1"})
  void a_span_of_a_million_attributes_is_taken(Transport transport) throws Exception {
    byte[] attributes = Bombs.repeat(field(9, field(1, new byte[] {'a'})), 1_000_000);
    isTaken(transport, request(attributes), Map.of());
  }

  @Test
  void a_million_attributes_without_a_key_are_taken_away() throws Exception {
    isTaken(Transport.HTTP_1, request(Bombs.repeat(field(9, new byte[0]), 1_000_000)), Map.of());
    siege
        .gateway()
        .awaitMetric(
            1_000_000.0 * AT_ONCE,
            "headgate_receiver_repairs_total",
            "transport=\"http\"",
            "kind=\"empty_key\"");
  }

  @Test
  void json_of_half_a_million_attributes_is_taken() throws Exception {
    String json =
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":"
            + "\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\",\"attributes\":["
            + "{\"key\":\"a\"},".repeat(500_000)
            + "{\"key\":\"a\"}]}]}]}]}";
    isTaken(Transport.HTTP_1, json.getBytes(UTF_8), Map.of("content-type", "application/json"));
  }

  static List<byte[]> lengths() {
    byte[] most = {-1, -1, -1, -1, 0x07};
    byte[] negative = {-1, -1, -1, -1, 0x0f};
    byte[] overInt = {-128, -128, -128, -128, 0x10};
    byte[] longest = {-1, -1, -1, -1, -1, -1, -1, -1, 0x7f};
    byte[] all = {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
    byte[] overlong = {-128, -128, -128, -128, -128, -128, -128, -128, -128, -128, 0};
    return List.of(most, negative, overInt, longest, all, overlong);
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("lengths")
  void lengths_beyond_the_body_are_malformed(byte[] length) throws Exception {
    byte[] content = new byte[100];
    for (Transport transport : List.of(Transport.GRPC, Transport.HTTP_1)) {
      siege.begin();
      isMalformed(transport, concat(new byte[] {0x0a}, length, content), Map.of());
      siege.begin();
      isMalformed(transport, request(concat(new byte[] {0x4a}, length, content)), Map.of());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 9 << 20})
  void a_grpc_length_prefix_beyond_the_limit_is_refused_at_once(int length) throws Exception {
    try (RawHttp2 grpc = siege.http2(true)) {
      grpc.begin(1, 0);
      byte[] message = new byte[1005];
      java.nio.ByteBuffer.wrap(message).put((byte) 0).putInt(length);
      grpc.frame(RawHttp2.DATA, 0, 1, message);
      grpc.flush();
      grpc.awaitReceived(RawHttp2.HEADERS, 1);
      siege.awaitCount(1, "refused_requests_total", true, "too_large");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2147483648", "4294967301", "9223372036854775807", "8388609", "2147483647"})
  void a_content_length_beyond_the_limit_is_refused_at_once(String length) throws Exception {
    try (RawHttp http = new RawHttp(siege.port(false))) {
      http.write(RawHttp.head("Content-Length: " + length));
      assertThat(http.read().status()).isEqualTo(413);
    }
    siege.awaitCount(1, "refused_requests_total", false, "too_large");
  }
}
