package dev.headgate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplatesTest {
  private static final long TIME = 1_800_000_000_123_456_789L;
  private static final int RUN = 77;

  static GeneratePlan plan(boolean grpc, Signal signal, int items, ContentCoding coding) {
    return new GeneratePlan(
        grpc,
        new InetSocketAddress("127.0.0.1", 1),
        signal,
        items,
        coding,
        2,
        2,
        0,
        0,
        0,
        1,
        5,
        RUN);
  }

  private static byte[] patched(GeneratePlan plan, long first) {
    Template template = Templates.create(plan).take();
    assertThat(template).isNotNull();
    template.patch(9, ItemIds.number(RUN, first), TIME);
    byte[] wire = new byte[template.bytes.capacity()];
    template.bytes.get(0, wire);
    return plan.grpc() ? unframed(wire, template) : body(wire);
  }

  private static byte[] body(byte[] wire) {
    String text = new String(wire, StandardCharsets.ISO_8859_1);
    byte[] body = new byte[wire.length - text.indexOf("\r\n\r\n") - 4];
    System.arraycopy(wire, wire.length - body.length, body, 0, body.length);
    assertThat(text).contains("content-length: " + body.length + "\r\n");
    return body;
  }

  private static byte[] unframed(byte[] wire, Template template) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    ByteBuffer in = ByteBuffer.wrap(wire);
    for (int part = 0; in.hasRemaining(); part++) {
      int lengthAndType = in.getInt();
      int bytes = lengthAndType >>> 8;
      assertThat(lengthAndType & 0xff).isEqualTo(Http2.DATA);
      assertThat(bytes).isBetween(1, Http2.MAX_FRAME_BYTES).isEqualTo(template.partDataBytes[part]);
      int flags = in.get();
      assertThat(in.getInt()).isEqualTo(9);
      message.write(wire, in.position(), bytes);
      in.position(in.position() + bytes);
      assertThat(template.partEnds[part]).isEqualTo(in.position());
      assertThat(flags).isEqualTo(in.hasRemaining() ? 0 : Http2.END_STREAM);
    }
    byte[] all = message.toByteArray();
    assertThat(ByteBuffer.wrap(all).getInt(1)).isEqualTo(all.length - 5);
    byte[] body = new byte[all.length - 5];
    System.arraycopy(all, 5, body, 0, body.length);
    return body;
  }

  private static long low(ByteString traceId) {
    assertThat(traceId.size()).isEqualTo(16);
    return ItemIds.gather(traceId.asReadOnlyByteBuffer().getLong(8));
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "true, 10", "true, 997", "true, 8192", "false, 1", "false, 1000"})
  void spans_carry_their_numbers_and_times(boolean grpc, int items)
      throws InvalidProtocolBufferException {
    byte[] body = patched(plan(grpc, Signal.TRACES, items, ContentCoding.IDENTITY), 40);

    List<Span> spans =
        ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
            .flatMap(r -> r.getScopeSpansList().stream())
            .flatMap(s -> s.getSpansList().stream())
            .toList();
    assertThat(spans).hasSize(items);
    for (int i = 0; i < items; i++) {
      Span span = spans.get(i);
      assertThat(low(span.getTraceId())).isEqualTo(ItemIds.number(RUN, 40 + i));
      assertThat(span.getStartTimeUnixNano()).isEqualTo(TIME);
      assertThat(span.getEndTimeUnixNano()).isBetween(TIME, TIME + 1_000_000_000);
      assertThat(span.getSerializedSize()).isEqualTo(800);
      assertThat(span.getAttributesCount()).isEqualTo(15);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "true, 1000", "false, 1000"})
  void log_records_carry_their_numbers_and_times(boolean grpc, int items)
      throws InvalidProtocolBufferException {
    byte[] body = patched(plan(grpc, Signal.LOGS, items, ContentCoding.IDENTITY), 40);

    List<LogRecord> records =
        ExportLogsServiceRequest.parseFrom(body)
            .getResourceLogs(0)
            .getScopeLogs(0)
            .getLogRecordsList();
    assertThat(records).hasSize(items);
    for (int i = 0; i < items; i++) {
      assertThat(low(records.get(i).getTraceId())).isEqualTo(ItemIds.number(RUN, 40 + i));
      assertThat(records.get(i).getTimeUnixNano()).isEqualTo(TIME);
      assertThat(records.get(i).getBody().getStringValue()).hasSize(170);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "true, 1000", "false, 1000"})
  void points_carry_their_numbers_and_times(boolean grpc, int items)
      throws InvalidProtocolBufferException {
    byte[] body = patched(plan(grpc, Signal.METRICS, items, ContentCoding.IDENTITY), 40);

    List<NumberDataPoint> points =
        ExportMetricsServiceRequest.parseFrom(body)
            .getResourceMetrics(0)
            .getScopeMetrics(0)
            .getMetricsList()
            .stream()
            .flatMap(m -> m.getSum().getDataPointsList().stream())
            .toList();
    assertThat(points).hasSize(items);
    for (int i = 0; i < items; i++) {
      assertThat(points.get(i).getAsInt()).isEqualTo(ItemIds.number(RUN, 40 + i));
      assertThat(points.get(i).getTimeUnixNano()).isEqualTo(TIME);
    }
  }

  @Test
  void is_empty_while_all_are_taken() {
    Templates templates = Templates.create(plan(true, Signal.TRACES, 8192, ContentCoding.IDENTITY));
    Template last = null;
    for (int i = 0; i < templates.count(); i++) {
      last = templates.take();
    }
    assertThat(templates.take()).isNull();
    assertThat(last).isNotNull();
    templates.give(last);
    assertThat(templates.take()).isSameAs(last);
  }
}
