package dev.headgate.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.codec.Decompressor;
import dev.headgate.pipeline.ledger.ReceiverMetrics;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.CheckedRequest;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.worker.IngestRequest.Encoding;
import dev.headgate.pipeline.worker.RequestDecoder.Decoded;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OtlpRequestDecoderTest {
  private static final Instant ARRIVAL = Instant.ofEpochSecond(1_700_000_000, 123_456_789);
  private static final long MAX_BODY_BYTES = 2_000_000;

  private final Route route =
      new Route(
          new ReceiverMetrics(new PrometheusRegistry()).bind("otlp", "http"),
          "otlp",
          new Routing(Map.of()));
  private final ByteBudget budget = new ByteBudget(8_000_000);
  private final ArrayPool pool = new ArrayPool(() -> 1 << 24, 1);
  private final OtlpRequestDecoder decoder =
      new OtlpRequestDecoder(budget, pool, () -> ARRIVAL, new LargeWork(Long.MAX_VALUE));
  private Reservation reservation = budget.forceReserve(0);

  @AfterEach
  void close() {
    decoder.close();
    reservation.release();
    assertThat(budget.usedBytes()).isZero();
  }

  private Decoded decode(Encoding encoding, ContentCoding coding, byte[] body) {
    return decode(Signal.LOGS, encoding, coding, body);
  }

  private Decoded decode(Signal signal, Encoding encoding, ContentCoding coding, byte[] body) {
    reservation.release();
    reservation = Objects.requireNonNull(budget.tryReserve(body.length), "no budget");
    return decoder.decode(
        new IngestRequest(
            route.lease(signal),
            signal,
            encoding,
            coding,
            Tenant.NONE,
            Bytes.of(body),
            MAX_BODY_BYTES,
            reservation,
            0,
            _ -> {}));
  }

  private static CheckedRequest checked(Decoded decoded) {
    assertThat(decoded).isInstanceOf(Decoded.Checked.class);
    return ((Decoded.Checked) decoded).request();
  }

  private static ExportLogsServiceRequest logs(String body, int records, long time) {
    ScopeLogs.Builder scope = ScopeLogs.newBuilder();
    for (int i = 0; i < records; i++) {
      scope.addLogRecords(
          LogRecord.newBuilder()
              .setTimeUnixNano(time)
              .setBody(AnyValue.newBuilder().setStringValue(body)));
    }
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(ResourceLogs.newBuilder().addScopeLogs(scope))
        .build();
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void plain_protobuf_passes_as_the_same_array() {
    byte[] body = logs("hello", 3, 1).toByteArray();

    CheckedRequest checked = checked(decode(Encoding.PROTOBUF, ContentCoding.IDENTITY, body));

    assertThat(checked.bytes()).extracting(Bytes::array).isSameAs(body);
    assertThat(checked.items()).isEqualTo(3);
    assertThat(budget.usedBytes()).isEqualTo(body.length);
  }

  @Test
  void inflates_on_the_request_s_account() {
    byte[] plain = logs("x".repeat(1000), 300, 1).toByteArray();
    byte[] body = gzip(plain);

    CheckedRequest checked = checked(decode(Encoding.PROTOBUF, ContentCoding.GZIP, body));

    assertThat(checked.bytes().toArray()).isEqualTo(plain);
    assertThat(budget.usedBytes())
        .as("at least what there is; the worker gives back the rest")
        .isBetween(
            body.length + (long) checked.bytes().heldBytes(),
            body.length + Decompressor.neededBytes(plain.length, 1 << 20));
    assertThat(pool.idleBytes()).isZero();
    checked.bytes().release();
    assertThat(pool.idleBytes()).isEqualTo(checked.bytes().heldBytes());
  }

  @Test
  void what_was_inflated_is_back_when_the_check_made_something_else_of_it() {
    byte[] plain = logs("x".repeat(1000), 30, 0).toByteArray();

    CheckedRequest checked = checked(decode(Encoding.PROTOBUF, ContentCoding.GZIP, gzip(plain)));

    assertThat(checked.repairedTimes()).isEqualTo(30);
    assertThat(pool.idleBytes()).isGreaterThanOrEqualTo(plain.length);
  }

  @Test
  void what_was_inflated_is_back_when_it_is_refused() {
    byte[] cut = logs("x".repeat(1000), 30, 1).toByteArray();
    cut[cut.length - 1001] = (byte) 0xff;

    assertThat(decode(Encoding.PROTOBUF, ContentCoding.GZIP, gzip(cut)))
        .isInstanceOf(Decoded.Malformed.class);
    assertThat(pool.idleBytes()).isGreaterThanOrEqualTo(cut.length);

    byte[] noJson = ("{" + " ".repeat(40_000)).getBytes(StandardCharsets.UTF_8);
    assertThat(decode(Encoding.JSON, ContentCoding.GZIP, gzip(noJson)))
        .isInstanceOf(Decoded.Malformed.class);
    assertThat(pool.idleBytes()).isGreaterThanOrEqualTo(cut.length + (long) noJson.length);
  }

  @Test
  void transcodes_json_compressed_or_not() throws InvalidProtocolBufferException {
    byte[] body =
        json(
            """
            {"resourceLogs":[{"scopeLogs":[{"logRecords":[
              {"timeUnixNano":"7","body":{"stringValue":"hello"}}]}]}]}
            """);

    CheckedRequest plain = checked(decode(Encoding.JSON, ContentCoding.IDENTITY, body));
    CheckedRequest inflated = checked(decode(Encoding.JSON, ContentCoding.GZIP, gzip(body)));
    assertThat(pool.idleBytes()).as("the text").isGreaterThanOrEqualTo(body.length);

    assertThat(ExportLogsServiceRequest.parseFrom(plain.bytes().toArray()))
        .isEqualTo(logs("hello", 1, 7));
    assertThat(inflated.bytes().toArray()).isEqualTo(plain.bytes().toArray());
    assertThat(inflated.items()).isEqualTo(1);
  }

  @Test
  void long_json_is_transcoded_when_it_shrinks() throws InvalidProtocolBufferException {
    String record =
        "{\"timeUnixNano\":\"7\",\"body\":{\"stringValue\":\"" + "y".repeat(400) + "\"}}";
    String text =
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":["
            + (record + ",").repeat(999)
            + record
            + "]}]}]}";

    CheckedRequest checked = checked(decode(Encoding.JSON, ContentCoding.IDENTITY, json(text)));

    assertThat(ExportLogsServiceRequest.parseFrom(checked.bytes().toArray()))
        .isEqualTo(logs("y".repeat(400), 1000, 7));
    assertThat(budget.usedBytes()).isLessThanOrEqualTo(3L * text.length());
  }

  /// A bound of a histogram takes two characters of text and eight bytes of protobuf.
  private static byte[] histogram(int bounds) {
    return json(
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"m\",\"histogram\":"
            + "{\"dataPoints\":[{\"timeUnixNano\":\"7\",\"explicitBounds\":["
            + "1,".repeat(bounds - 1)
            + "1]}]}}]}]}]}");
  }

  @Test
  void json_that_grows_is_transcoded_up_to_the_limit() throws InvalidProtocolBufferException {
    for (int bounds : new int[] {100_000, 200_000}) {
      CheckedRequest checked =
          checked(decode(Signal.METRICS, Encoding.JSON, ContentCoding.IDENTITY, histogram(bounds)));

      assertThat(checked.bytes().length()).isGreaterThan(bounds * 8);
      assertThat(
              ExportMetricsServiceRequest.parseFrom(checked.bytes().toArray())
                  .getResourceMetrics(0)
                  .getScopeMetrics(0)
                  .getMetrics(0)
                  .getHistogram()
                  .getDataPoints(0)
                  .getExplicitBoundsCount())
          .isEqualTo(bounds);
      assertThat(budget.usedBytes()).isGreaterThanOrEqualTo(checked.bytes().length());
    }
  }

  @Test
  void json_that_grows_beyond_the_limit_is_too_large() {
    assertThat(decode(Signal.METRICS, Encoding.JSON, ContentCoding.IDENTITY, histogram(260_000)))
        .isInstanceOf(Decoded.TooLarge.class);
  }

  @Test
  void a_log_record_without_time_gets_that_of_its_arrival() throws InvalidProtocolBufferException {
    CheckedRequest checked =
        checked(
            decode(Encoding.PROTOBUF, ContentCoding.IDENTITY, logs("hello", 1, 0).toByteArray()));

    assertThat(checked.repairedTimes()).isEqualTo(1);
    assertThat(
            ExportLogsServiceRequest.parseFrom(checked.bytes().toArray())
                .getResourceLogs(0)
                .getScopeLogs(0)
                .getLogRecords(0)
                .getObservedTimeUnixNano())
        .isEqualTo(1_700_000_000_123_456_789L);
  }

  @Test
  void an_empty_protobuf_body_and_an_empty_object_are_requests_without_items() {
    assertThat(checked(decode(Encoding.PROTOBUF, ContentCoding.IDENTITY, new byte[0])).items())
        .isZero();
    assertThat(checked(decode(Encoding.JSON, ContentCoding.IDENTITY, json("{}"))).items()).isZero();
  }

  @Test
  void what_is_broken_at_any_step_is_malformed_and_says_nothing_of_the_content() {
    byte[] spans =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .addSpans(
                                Span.newBuilder()
                                    .setName("hunter2")
                                    .setTraceId(ByteString.copyFrom(new byte[16])))))
            .build()
            .toByteArray();
    byte[] cut = java.util.Arrays.copyOf(spans, spans.length - 3);

    for (Decoded decoded :
        new Decoded[] {
          decode(Encoding.PROTOBUF, ContentCoding.IDENTITY, cut),
          decode(Encoding.PROTOBUF, ContentCoding.GZIP, cut),
          decode(Encoding.PROTOBUF, ContentCoding.ZSTD, cut),
          decode(Encoding.JSON, ContentCoding.IDENTITY, json("{\"hunter2\":")),
          decode(Encoding.JSON, ContentCoding.IDENTITY, json(""))
        }) {
      assertThat(decoded).isInstanceOf(Decoded.Malformed.class);
      assertThat(((Decoded.Malformed) decoded).message()).isNotEmpty().doesNotContain("hunter2");
    }
  }

  @Test
  void a_bomb_is_too_large_and_costs_no_more_than_the_limit() {
    byte[] bomb = gzip(new byte[50_000_000]);

    assertThat(decode(Encoding.PROTOBUF, ContentCoding.GZIP, bomb))
        .isInstanceOf(Decoded.TooLarge.class);

    assertThat(budget.usedBytes()).isLessThanOrEqualTo(bomb.length + 2 * MAX_BODY_BYTES);
  }

  @Test
  void without_room_now_it_says_so_and_keeps_its_charge() {
    byte[] body = gzip(logs("x".repeat(1000), 300, 1).toByteArray());
    Reservation others = Objects.requireNonNull(budget.tryReserve(7_900_000), "no budget");

    assertThat(decode(Encoding.PROTOBUF, ContentCoding.GZIP, body))
        .isInstanceOf(Decoded.NoRoom.class);

    others.release();
    assertThat(decode(Encoding.PROTOBUF, ContentCoding.GZIP, body))
        .isInstanceOf(Decoded.Checked.class);
  }

  @Test
  void what_the_whole_budget_could_not_hold_is_too_large() {
    ByteBudget small = new ByteBudget(100_000);
    byte[] body = gzip(logs("x".repeat(1000), 300, 1).toByteArray());
    Reservation charge = Objects.requireNonNull(small.tryReserve(body.length), "no budget");
    try (OtlpRequestDecoder own =
        new OtlpRequestDecoder(
            small, ArrayPool.NONE, () -> ARRIVAL, new LargeWork(Long.MAX_VALUE))) {
      Decoded decoded =
          own.decode(
              new IngestRequest(
                  route.lease(Signal.LOGS),
                  Signal.LOGS,
                  Encoding.PROTOBUF,
                  ContentCoding.GZIP,
                  Tenant.NONE,
                  Bytes.of(body),
                  MAX_BODY_BYTES,
                  charge,
                  0,
                  _ -> {}));

      assertThat(decoded).isInstanceOf(Decoded.TooLarge.class);
    }
    charge.release();
    assertThat(small.usedBytes()).isZero();
  }
}
