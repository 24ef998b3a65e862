package dev.headgate.pipeline.process.redaction;

import static dev.headgate.pipeline.process.redaction.RedactionFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.config.RedactionConfig.Action;
import dev.headgate.config.RedactionConfig.Coverage;
import dev.headgate.config.RedactionConfig.HashFunction;
import dev.headgate.config.RedactionConfig.Mode;
import dev.headgate.config.RedactionConfig.Summary;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.Payload;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The keys of the Collector where everything is covered.
class RedactionSummaryTest {

  @Test
  void tells_once_of_an_attribute_whatever_was_found_below_it() {
    AnyValue nested = map("a", list(text("hunter2"), text("hunter3")), "b", text("hunter4"));
    LogRecord record =
        redact(
            settings()
                .blockValues("hunter[0-9]")
                .blockKeys("token")
                .ignore("kept")
                .summary(Summary.DEBUG)
                .start(),
            LogRecord.newBuilder()
                .addAttributes(attribute("nested", nested))
                .addAttributes(attribute("kept", text("hunter2")))
                .addAttributes(attribute("token", text("x")))
                .addAttributes(attribute("deep", map("token", text("y"), "z", text("fine")))));
    assertThat(summary(record))
        .isEqualTo(
            Map.of(
                "redaction.masked.keys", "deep,nested,token",
                "redaction.masked.count", "3",
                "redaction.ignored.count", "1"));
  }

  @Test
  void tells_where_in_a_body() {
    LogRecord record =
        redact(
            settings()
                .blockValues("hunter[0-9]", "^4111$")
                .blockKeys("token")
                .allowValues("fine")
                .summary(Summary.DEBUG)
                .start(),
            LogRecord.newBuilder()
                .setBody(
                    map(
                        "list",
                        list(text("hunter2"), map("token", text("x")), text("fine hunter2")),
                        "card",
                        AnyValue.newBuilder().setIntValue(4111).build())));
    assertThat(summary(record))
        .isEqualTo(
            Map.of(
                "redaction.body.masked.keys", "card,list.[0],list.[1].token",
                "redaction.body.masked.count", "3",
                "redaction.body.allowed.keys", "list.[2]",
                "redaction.body.allowed.count", "1"));
    assertThat(record.getBody().getKvlistValue().getValues(1).getValue()).isEqualTo(text("****"));
  }

  @Test
  void counts_what_is_deleted_as_redacted() {
    LogRecord record =
        redact(
            settings()
                .blockValues("hunter[0-9]")
                .blockKeys("token")
                .action(Action.DELETE)
                .summary(Summary.INFO)
                .start(),
            LogRecord.newBuilder()
                .addAttributes(attribute("a", text("hunter2")))
                .addAttributes(attribute("token", text("x")))
                .setBody(map("b", text("hunter2"), "c", text("d"))));
    assertThat(summary(record))
        .isEqualTo(Map.of("redaction.redacted.count", "2", "redaction.body.redacted.count", "1"));
  }

  @Test
  void tells_nothing_where_nothing_is_changed() {
    byte[] bytes = request(LogRecord.newBuilder().addAttributes(attribute("a", text("hunter2"))));
    Payload payload = RedactionFixture.payload(Signal.LOGS, bytes);
    RedactionFixture audit =
        settings().blockValues("hunter2").mode(Mode.AUDIT).summary(Summary.DEBUG).start();
    assertThat(audit.process(payload)).isSameAs(payload);
    RedactionFixture clean = settings().blockValues("other").summary(Summary.DEBUG).start();
    assertThat(clean.process(payload)).isSameAs(payload);
  }

  @Test
  void judges_numbers_by_their_text_where_that_is_asked_for() {
    KeyValue number = attribute("n", AnyValue.newBuilder().setIntValue(-4111).build());
    LogRecord.Builder record = LogRecord.newBuilder().addAttributes(number);
    assertThat(redact(settings().blockValues("4111").start(), record).getAttributes(0))
        .isEqualTo(number);
    assertThat(redact(settings().blockValues("4111").allTypes().start(), record).getAttributes(0))
        .isEqualTo(attribute("n", text("-****")));
  }

  @Test
  void an_allowed_value_survives_a_blocked_key_of_an_attribute() {
    LogRecord record =
        redact(
            settings().blockKeys("token*").blockValues("x").allowValues("^none$", "^0$").start(),
            LogRecord.newBuilder()
                .addAttributes(attribute("token", text("none")))
                .addAttributes(attribute("token.n", AnyValue.newBuilder().setIntValue(0).build()))
                .addAttributes(attribute("tokens", text("none of x"))));
    assertThat(record.getAttributesList())
        .containsExactly(
            attribute("token", text("none")),
            attribute("token.n", AnyValue.newBuilder().setIntValue(0).build()),
            attribute("tokens", text("****")));
  }

  @Test
  void leaves_keys_alone_that_match_an_ignored_pattern() {
    LogRecord.Builder record =
        LogRecord.newBuilder().addAttributes(attribute("safe.token", text("hunter2")));
    assertThat(
            redact(
                settings().ignorePatterns("^safe[.]").blockKeys("*token").blockValues("h").start(),
                record))
        .isEqualTo(record.build());
  }

  @Test
  void lists_no_more_than_there_is_room_for_and_counts_all() {
    String longKey = "k".repeat(10_000);
    KeyValueList.Builder entries = KeyValueList.newBuilder();
    for (int i = 0; i < 5000; i++) {
      entries.addValues(attribute("e" + i, text("x")));
    }
    AnyValue inner = AnyValue.newBuilder().setKvlistValue(entries).build();
    LogRecord.Builder record = LogRecord.newBuilder().setBody(map(longKey, inner));
    for (Coverage coverage : Coverage.values()) {
      Map<String, String> summary =
          summary(
              redact(
                  settings().blockValues("^x$").coverage(coverage).summary(Summary.DEBUG).start(),
                  record));
      assertThat(summary).containsEntry("redaction.body.masked.count", "5000");
      assertThat(summary.get("redaction.body.masked.keys"))
          .endsWith(",...")
          .hasSizeLessThan(1 << 17);
    }
  }

  @Test
  void joins_a_long_earlier_list_without_taking_it_apart() {
    String earlier = ",".repeat(1 << 20);
    LogRecord record =
        redact(
            settings().blockKeys("token").summary(Summary.DEBUG).start(),
            LogRecord.newBuilder()
                .addAttributes(attribute("redaction.masked.keys", text(earlier)))
                .addAttributes(attribute("token", text("x"))));
    assertThat(summary(record)).containsEntry("redaction.masked.keys", earlier + ",token");
  }

  @Test
  void a_request_does_not_grow_without_bounds_by_its_hashes() {
    LogRecord.Builder record = LogRecord.newBuilder();
    for (int i = 0; i < 100_000; i++) {
      record.addAttributes(attribute("t", text("x")));
    }
    for (Coverage coverage : Coverage.values()) {
      RedactionFixture fixture =
          settings().blockKeys("t").hash(HashFunction.HMAC_SHA512).coverage(coverage).start();
      byte[] request = request(record);
      byte[] redacted = fixture.process(Signal.LOGS, request);
      assertThat(redacted.length).isLessThan(request.length * 5 + (1 << 20));
      LogRecord result = redact(fixture, record);
      assertThat(result.getAttributes(99_999)).isEqualTo(attribute("t", text("[REDACTED]")));
      assertThat(result.getAttributesList())
          .allSatisfy(attribute -> assertThat(attribute.getValue()).isNotEqualTo(text("x")));
    }
  }

  @Test
  void a_text_of_empty_lines_does_not_grow_without_bounds_by_its_hashes() {
    LogRecord record =
        redact(
            settings().blockKeys("t").hash(HashFunction.SHA3).coverage(Coverage.COLLECTOR).start(),
            LogRecord.newBuilder().addAttributes(attribute("t", text("\n".repeat(100_000)))));
    assertThat(record.getAttributes(0)).isEqualTo(attribute("t", text("[REDACTED]")));
  }

  @ParameterizedTest
  @CsvSource({
    // echo -n hunter2 | openssl dgst -md5, -sha1, -sha3-256, -sha512 -hmac 0123...
    "MD5, 2ab96390c7dbe3439de74d0c9b0b1767",
    "SHA1, f3bbbd66a63d4bf1747940578ec3d0103530e21d",
    "SHA3, 3ec80fc0faa8db8b7e6e99c74136054965901a8adf7fd6f51b1962a4c0dcab1c",
    "HMAC_SHA512,"
        + " dd0d88fe1bdc678aee40b5a7c6be6d34c0e1f08e7ace6638235518cd2bc81284ab4a68702654d376060cb030f9c085ec6450053c7ec87ea72168013d76f41af2"
  })
  void hashes(HashFunction function, String expected) {
    LogRecord record =
        redact(
            settings().blockKeys("token").hash(function).start(),
            LogRecord.newBuilder().addAttributes(attribute("token", text("hunter2"))));
    assertThat(record.getAttributes(0)).isEqualTo(attribute("token", text(expected)));
  }

  private static Map<String, String> summary(LogRecord record) {
    Map<String, String> summary = new TreeMap<>();
    for (KeyValue attribute : record.getAttributesList()) {
      AnyValue value = attribute.getValue();
      if (attribute.getKey().startsWith("redaction.")) {
        summary.put(
            attribute.getKey(),
            value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue());
      }
    }
    return summary;
  }

  private static LogRecord redact(RedactionFixture fixture, LogRecord.Builder record) {
    try {
      return ExportLogsServiceRequest.parseFrom(fixture.process(Signal.LOGS, request(record)))
          .getResourceLogs(0)
          .getScopeLogs(0)
          .getLogRecords(0);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] request(LogRecord.Builder record) {
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder().addScopeLogs(ScopeLogs.newBuilder().addLogRecords(record)))
        .build()
        .toByteArray();
  }

  private static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static AnyValue list(AnyValue... values) {
    return AnyValue.newBuilder()
        .setArrayValue(ArrayValue.newBuilder().addAllValues(List.of(values)))
        .build();
  }

  private static AnyValue map(String key, AnyValue value) {
    return AnyValue.newBuilder()
        .setKvlistValue(KeyValueList.newBuilder().addValues(attribute(key, value)))
        .build();
  }

  private static AnyValue map(String key1, AnyValue value1, String key2, AnyValue value2) {
    return AnyValue.newBuilder()
        .setKvlistValue(
            KeyValueList.newBuilder()
                .addValues(attribute(key1, value1))
                .addValues(attribute(key2, value2)))
        .build();
  }

  private static KeyValue attribute(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }
}
