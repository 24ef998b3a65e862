package dev.headgate.exporters.backend;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.SpareBytes;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Logs as Loki takes them: without keys that are no names, ids in their fields.
class LogFieldsTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String OTHER = "00000000000000000000000000000001";

  private final LogFields fields = new LogFields(true, true);

  private static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static KeyValue attribute(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static KeyValue attribute(String key, String value) {
    return attribute(key, text(value));
  }

  private static ByteString hex(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  private static ExportLogsServiceRequest request(LogRecord... records) {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    var resource = request.addResourceLogsBuilder().setSchemaUrl("r");
    resource.getResourceBuilder().addAttributes(attribute("service.name", "s"));
    var scope = resource.addScopeLogsBuilder().setSchemaUrl("s");
    scope.getScopeBuilder().setName("scope").addAttributes(attribute("a", "1"));
    scope.addAllLogRecords(List.of(records));
    return request.build();
  }

  private LogRecord adapted(LogRecord.Builder record) {
    return adapted(request(record.build())).getResourceLogs(0).getScopeLogs(0).getLogRecords(0);
  }

  private ExportLogsServiceRequest adapted(ExportLogsServiceRequest request) {
    try {
      return ExportLogsServiceRequest.parseFrom(
          fields.adapt(SpareBytes.of(request.toByteArray())).toArray());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void what_is_fit_is_the_identical_array() {
    byte[] request =
        request(
                LogRecord.newBuilder()
                    .setTraceId(hex(TRACE))
                    .setBody(text("..."))
                    .addAttributes(attribute("k", "v"))
                    .build())
            .toByteArray();
    Bytes bytes = SpareBytes.of(request);
    assertThat(fields.adapt(bytes)).isSameAs(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"trace_id", "trace.id", "trace-id", "trace__id", "trace. id"})
  void an_attribute_becomes_the_field(String key) {
    LogRecord.Builder record =
        LogRecord.newBuilder()
            .addAttributes(attribute("a", "1"))
            .addAttributes(attribute(key, TRACE))
            .addAttributes(attribute("b", "2"))
            .setFlags(1);
    assertThat(adapted(record))
        .isEqualTo(
            LogRecord.newBuilder()
                .addAttributes(attribute("a", "1"))
                .addAttributes(attribute("b", "2"))
                .setFlags(1)
                .setTraceId(hex(TRACE))
                .build());
    assertThat(fields.promoted()).isEqualTo(1);
  }

  @Test
  void both_ids_are_promoted_in_upper_case_too() {
    LogRecord.Builder record =
        LogRecord.newBuilder()
            .addAttributes(attribute("span_id", SPAN.toUpperCase(java.util.Locale.ROOT)))
            .addAttributes(attribute("trace_id", TRACE.toUpperCase(java.util.Locale.ROOT)));
    assertThat(adapted(record))
        .isEqualTo(LogRecord.newBuilder().setTraceId(hex(TRACE)).setSpanId(hex(SPAN)).build());
  }

  @Test
  void an_attribute_goes_where_the_field_is_set() {
    LogRecord.Builder record =
        LogRecord.newBuilder()
            .setTraceId(hex(TRACE))
            .addAttributes(attribute("trace_id", TRACE))
            .addAttributes(attribute("trace.id", OTHER))
            .addAttributes(attribute("trace_id", AnyValue.newBuilder().setIntValue(4).build()));
    assertThat(adapted(record)).isEqualTo(LogRecord.newBuilder().setTraceId(hex(TRACE)).build());
    assertThat(fields.repeated()).isEqualTo(3);
    assertThat(fields.promoted()).isZero();
  }

  @Test
  void of_several_the_first_valid_one_wins() {
    LogRecord.Builder record =
        LogRecord.newBuilder()
            .addAttributes(attribute("trace_id", "none"))
            .addAttributes(attribute("trace.id", OTHER))
            .addAttributes(attribute("trace_id", TRACE));
    assertThat(adapted(record)).isEqualTo(LogRecord.newBuilder().setTraceId(hex(OTHER)).build());
    assertThat(fields.promoted()).isEqualTo(1);
    assertThat(fields.repeated()).isEqualTo(2);
  }

  @Test
  void a_field_of_zeros_is_none() {
    LogRecord.Builder record =
        LogRecord.newBuilder()
            .setTraceId(ByteString.copyFrom(new byte[16]))
            .addAttributes(attribute("trace_id", TRACE));
    assertThat(adapted(record)).isEqualTo(LogRecord.newBuilder().setTraceId(hex(TRACE)).build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4bf92f3577b34da6a3ce929d0e0e473",
        "4bf92f3577b34da6a3ce929d0e0e473g",
        "00000000000000000000000000000000",
        "4bf92f3577b34da6a3ce929d0e0e47٣",
      })
  void what_is_no_id_stays_an_attribute(String value) {
    LogRecord.Builder record = LogRecord.newBuilder().addAttributes(attribute("trace_id", value));
    assertThat(adapted(record)).isEqualTo(record.build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"traceid", "trace_idx", "xtrace_id", "tracexid", "trace_", "traceId"})
  void other_names_stay(String key) {
    LogRecord.Builder record = LogRecord.newBuilder().addAttributes(attribute(key, TRACE));
    assertThat(adapted(record)).isEqualTo(record.build());
  }

  @Test
  void promotion_can_be_off() {
    LogFields keysOnly = new LogFields(true, false);
    byte[] request =
        request(LogRecord.newBuilder().addAttributes(attribute("trace_id", TRACE)).build())
            .toByteArray();
    Bytes bytes = SpareBytes.of(request);
    assertThat(keysOnly.adapt(bytes)).isSameAs(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "'', false", "_, false", "..., false", "' ', false", "é, false", "日本, false", "____, false",
    "__é__, false", "a, true", "_x, true", "9, true", "Ωmega, true", "__foo__, true", "a.b, true"
  })
  void keys_without_a_letter_or_digit_are_removed(String key, boolean stays) {
    LogRecord.Builder record =
        LogRecord.newBuilder()
            .addAttributes(attribute("a", "1"))
            .addAttributes(attribute(key, "v"));
    LogRecord expected =
        stays ? record.build() : LogRecord.newBuilder().addAttributes(attribute("a", "1")).build();
    assertThat(adapted(record)).isEqualTo(expected);
    assertThat(fields.unusableKeys()).isEqualTo(stays ? 0 : 1);
  }

  @Test
  void resource_scope_and_maps_are_looked_at_but_arrays_are_text() {
    AnyValue inner =
        AnyValue.newBuilder()
            .setKvlistValue(
                KeyValueList.newBuilder()
                    .addValues(attribute("_", "x"))
                    .addValues(attribute("k", "y")))
            .build();
    AnyValue array =
        AnyValue.newBuilder()
            .setArrayValue(
                io.opentelemetry.proto.common.v1.ArrayValue.newBuilder().addValues(inner))
            .build();
    AnyValue map =
        AnyValue.newBuilder()
            .setKvlistValue(
                KeyValueList.newBuilder()
                    .addValues(attribute("-", "x"))
                    .addValues(attribute("deep", inner))
                    .addValues(attribute("z", "y")))
            .build();
    ExportLogsServiceRequest.Builder request =
        request(
            LogRecord.newBuilder()
                .addAttributes(attribute("map", map))
                .addAttributes(attribute("array", array))
                .setBody(map)
                .build())
            .toBuilder();
    ExportLogsServiceRequest.Builder expected = request.clone();
    request.getResourceLogsBuilder(0).getResourceBuilder().addAttributes(attribute(".", "x"));
    request
        .getResourceLogsBuilder(0)
        .getScopeLogsBuilder(0)
        .getScopeBuilder()
        .addAttributes(0, attribute("é", "x"));
    AnyValue cleanInner =
        AnyValue.newBuilder()
            .setKvlistValue(KeyValueList.newBuilder().addValues(attribute("k", "y")))
            .build();
    expected
        .getResourceLogsBuilder(0)
        .getScopeLogsBuilder(0)
        .getLogRecordsBuilder(0)
        .setAttributes(
            0,
            attribute(
                "map",
                AnyValue.newBuilder()
                    .setKvlistValue(
                        KeyValueList.newBuilder()
                            .addValues(attribute("deep", cleanInner))
                            .addValues(attribute("z", "y")))
                    .build()));

    assertThat(adapted(request.build())).isEqualTo(expected.build());
    assertThat(fields.unusableKeys()).isEqualTo(4);
  }

  @Test
  void random_records_come_out_as_protobuf_java_would_make_them() {
    long seed = 77;
    System.out.println("seed: " + seed);
    Random random = new Random(seed);
    List<String> keys = List.of("trace_id", "trace.id", "span_id", "_", "k", "é", "trace_ids");
    List<String> values = List.of(TRACE, SPAN, OTHER, "x", "");
    for (int round = 0; round < 500; round++) {
      LogRecord.Builder record = LogRecord.newBuilder().setBody(text("b"));
      for (int i = 0; i < random.nextInt(6); i++) {
        record.addAttributes(
            attribute(
                keys.get(random.nextInt(keys.size())), values.get(random.nextInt(values.size()))));
      }
      if (random.nextInt(3) == 0) {
        record.setTraceId(random.nextBoolean() ? hex(OTHER) : ByteString.copyFrom(new byte[16]));
      }
      assertThat(adapted(record)).as("%s", record).isEqualTo(expected(record));
    }
  }

  private static LogRecord expected(LogRecord.Builder record) {
    LogRecord.Builder expected = record.clone().clearAttributes();
    ByteString trace = first(record, "trace", 32);
    ByteString span = first(record, "span", 16);
    if (isZero(record.getTraceId()) && !trace.isEmpty()) {
      expected.setTraceId(trace);
    }
    if (isZero(record.getSpanId()) && !span.isEmpty()) {
      expected.setSpanId(span);
    }
    for (KeyValue attribute : record.getAttributesList()) {
      String key = attribute.getKey();
      boolean gone =
          !key.matches(".*[a-zA-Z0-9].*")
              || (key.matches("trace[._]id") && !isZero(expected.getTraceId()))
              || (key.matches("span[._]id") && !isZero(expected.getSpanId()));
      if (!gone) {
        expected.addAttributes(attribute);
      }
    }
    return expected.build();
  }

  private static boolean isZero(ByteString id) {
    return id.isEmpty() || id.equals(ByteString.copyFrom(new byte[id.size()]));
  }

  private static ByteString first(LogRecord.Builder record, String word, int digits) {
    return record.getAttributesList().stream()
        .filter(attribute -> attribute.getKey().matches(word + "[._]id"))
        .map(attribute -> attribute.getValue().getStringValue())
        .filter(value -> value.matches("[0-9a-f]{" + digits + "}"))
        .findFirst()
        .map(LogFieldsTest::hex)
        .orElse(ByteString.EMPTY);
  }
}
