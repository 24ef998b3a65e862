package dev.headgate.exporters.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.payload.Tenant;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Poison is named so that its sender finds it, and nothing of it is shown.
class ItemNameTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  private static ByteString hex(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  private static KeyValue secret() {
    return KeyValue.newBuilder()
        .setKey("user.token")
        .setValue(AnyValue.newBuilder().setStringValue("hunter2"))
        .build();
  }

  private static String name(Signal signal, byte[] request, int index) {
    return name(signal, request, index, 1);
  }

  private static String name(Signal signal, byte[] request, int index, int parts) {
    Reservation reservation = new ByteBudget(1).forceReserve(1);
    QueuedPayload owner = new QueuedPayload(signal, reservation, 1, 1, 0, parts);
    Payload payload = new Payload(signal, Tenant.NONE, SpareBytes.of(request), 1);
    return ItemName.of(signal, new Chunk(owner, payload, payload.bytes(), 1, index, 1));
  }

  @Test
  void a_span_is_named_by_its_ids() {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    var resource = request.addResourceSpansBuilder();
    resource.getResourceBuilder().addAttributes(secret());
    var scope = resource.addScopeSpansBuilder();
    scope.getScopeBuilder().setName("hunter2");
    scope.addSpans(
        Span.newBuilder()
            .setName("hunter2")
            .setTraceId(hex(TRACE))
            .setSpanId(hex(SPAN))
            .addAttributes(secret()));

    assertThat(name(Signal.TRACES, request.build().toByteArray(), 17))
        .matches(
            "item 17 of its payload, resource hash [0-9a-f]{16}, trace id "
                + TRACE
                + ", span id "
                + SPAN)
        .doesNotContain("hunter2", "token");
  }

  @Test
  void a_record_is_named_by_what_it_has() {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request
        .addResourceLogsBuilder()
        .addScopeLogsBuilder()
        .addLogRecords(
            LogRecord.newBuilder()
                .setBody(AnyValue.newBuilder().setStringValue("hunter2"))
                .setTraceId(hex(TRACE)));

    assertThat(name(Signal.LOGS, request.build().toByteArray(), 0))
        .isEqualTo("item 0 of its payload, trace id " + TRACE);
  }

  @Test
  void points_of_one_resource_have_one_hash() {
    byte[] one = (TestPayloads.metrics(Tenant.NONE, "hunter2", 1).bytes()).toArray();
    byte[] other = (TestPayloads.metrics(Tenant.NONE, "hunter2", 2).bytes()).toArray();

    assertThat(name(Signal.METRICS, one, 1))
        .isEqualTo(name(Signal.METRICS, other, 1))
        .doesNotContain("hunter2");
  }

  @Test
  void the_part_of_a_divided_payload_claims_no_place_in_the_whole() {
    byte[] metrics = (TestPayloads.metrics(Tenant.NONE, "hunter2", 1).bytes()).toArray();

    assertThat(name(Signal.METRICS, metrics, 1, 2)).startsWith("item 1 of its part of a payload, ");
  }

  @Test
  void an_id_of_any_length_is_cut_and_what_is_broken_has_a_place() {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request
        .addResourceSpansBuilder()
        .addScopeSpansBuilder()
        .addSpans(Span.newBuilder().setTraceId(ByteString.copyFrom(new byte[5000])));
    assertThat(name(Signal.TRACES, request.build().toByteArray(), 1)).hasSizeLessThan(100);
    assertThat(name(Signal.TRACES, new byte[] {0x0a, 99}, 3))
        .isEqualTo("item 3 of its payload, malformed");
    assertThat(name(Signal.TRACES, new byte[0], 3)).isEqualTo("item 3 of its payload");
  }
}
