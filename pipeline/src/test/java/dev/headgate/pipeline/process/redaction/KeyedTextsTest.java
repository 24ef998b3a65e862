package dev.headgate.pipeline.process.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.headgate.config.RedactionConfig.KeyedTexts;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.RandomOtlp;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `cut_queries` and `mask_literals` wherever their keys stand.
class KeyedTextsTest {
  private static final int REQUESTS = 150;
  private static final int MANY = 50_000;
  private static final String URL = "url.full";
  private static final String STATEMENT = "db.query.text";

  private final KeyedTexts keyed = new KeyedTexts(List.of(URL), List.of(STATEMENT));
  private final RedactionFixture fixture = new RedactionFixture(SanitizingTest.config(null, keyed));

  private static KeyValue entry(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static KeyValue entry(String key, String value) {
    return entry(key, AnyValue.newBuilder().setStringValue(value).build());
  }

  private static AnyValue map(KeyValue... entries) {
    return map(List.of(entries));
  }

  private static AnyValue map(List<KeyValue> entries) {
    return AnyValue.newBuilder()
        .setKvlistValue(KeyValueList.newBuilder().addAllValues(entries))
        .build();
  }

  private static Message request(LogRecord record) {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request.addResourceLogsBuilder().addScopeLogsBuilder().addLogRecords(record);
    return request.build();
  }

  private LogRecord sanitize(LogRecord record) {
    Message request = request(record);
    Message result =
        RandomOtlp.parse(Signal.LOGS, fixture.process(Signal.LOGS, request.toByteArray()));
    assertThat(result).isEqualTo(new KeyedTextsOracle(keyed).sanitize(request));
    return ((ExportLogsServiceRequest) result).getResourceLogs(0).getScopeLogs(0).getLogRecords(0);
  }

  @ParameterizedTest
  @EnumSource
  void everything_is_what_protobuf_java_makes_of_it(Signal signal) {
    // Words of which random requests make keys and values.
    KeyedTexts words =
        new KeyedTexts(List.of("a", "http.request.method"), List.of("api_key", "service.name"));
    RedactionFixture mine = new RedactionFixture(SanitizingTest.config(null, words));
    KeyedTextsOracle oracle = new KeyedTextsOracle(words);
    for (long seed = 0; seed < REQUESTS; seed++) {
      byte[] request = new RandomOtlp(seed).next(signal);
      assertThat(RandomOtlp.parse(signal, mine.process(signal, request)))
          .as("seed %d", seed)
          .isEqualTo(oracle.sanitize(RandomOtlp.parse(signal, request)));
    }
    assertThat(mine.hits().keySet()).anyMatch(hit -> hit.startsWith("cut_queries"));
    assertThat(mine.hits().keySet()).anyMatch(hit -> hit.startsWith("mask_literals"));
  }

  @Test
  void keys_inside_of_attributes_and_bodies_count_like_those_of_attributes() {
    AnyValue map =
        map(
            entry(URL, "/a?q=planted"),
            entry(STATEMENT, "SELECT 'planted'"),
            entry("note", "why? SELECT 'kept'"));
    AnyValue clean =
        map(entry(URL, "/a"), entry(STATEMENT, "SELECT ?"), entry("note", "why? SELECT 'kept'"));
    LogRecord.Builder record =
        LogRecord.newBuilder().setBody(map(entry("http", map))).addAttributes(entry("http", map));

    assertThat(sanitize(record.build()))
        .isEqualTo(
            LogRecord.newBuilder()
                .setBody(map(entry("http", clean)))
                .addAttributes(entry("http", clean))
                .build());
    assertThat(fixture.hits())
        .containsOnlyKeys(
            "cut_queries log",
            "cut_queries log_body",
            "mask_literals log",
            "mask_literals log_body");
  }

  @Test
  void what_is_below_such_a_key_is_no_longer_below_it_behind_it() {
    LogRecord record =
        LogRecord.newBuilder()
            .setBody(
                map(
                    entry(
                        URL,
                        map(entry("to", "/a?q=planted"), entry(STATEMENT, "SELECT 1#planted"))),
                    entry("note", "/b?q=kept")))
            .build();

    assertThat(sanitize(record).getBody())
        .isEqualTo(
            map(
                entry(URL, map(entry("to", "/a"), entry(STATEMENT, "SELECT ?"))),
                entry("note", "/b?q=kept")));
  }

  @Test
  void of_urls_that_are_no_text_the_query_goes_too() {
    ByteString path = ByteString.copyFrom(new byte[] {'/', (byte) 0xff});
    AnyValue bytes =
        AnyValue.newBuilder()
            .setBytesValue(path.concat(ByteString.copyFromUtf8("?q=planted")))
            .build();
    AnyValue clean = AnyValue.newBuilder().setBytesValue(path).build();

    LogRecord result =
        sanitize(
            LogRecord.newBuilder()
                .addAttributes(entry(URL, bytes))
                .addAttributes(entry(URL, clean))
                .addAttributes(entry("note", bytes))
                .build());

    assertThat(result.getAttributesList())
        .containsExactly(entry(URL, clean), entry(URL, clean), entry("note", bytes));
    assertThat(fixture.hits()).containsExactlyEntriesOf(Map.of("cut_queries log", 1));
  }

  @Test
  void the_nearest_system_says_how_a_statement_is_read() {
    KeyValue redis = entry("db.system", "redis");
    KeyValue mysql = entry("db.system.name", "MySQL");
    KeyValue set = entry(STATEMENT, "SET a planted");
    KeyValue masked = entry(STATEMENT, "SET a ?");

    LogRecord result =
        sanitize(
            LogRecord.newBuilder()
                .setBody(
                    map(
                        set,
                        entry("inner", map(set, mysql, entry("inner", map(redis, set)), set)),
                        entry("inner", map(set, entry("list", map(set)))),
                        set))
                .addAttributes(redis)
                .addAttributes(set)
                .build());

    assertThat(result.getBody())
        .isEqualTo(
            map(
                masked,
                entry("inner", map(set, mysql, entry("inner", map(redis, masked)), set)),
                entry("inner", map(masked, entry("list", map(masked)))),
                masked));
    assertThat(result.getAttributes(1)).isEqualTo(masked);
  }

  /// To look for the system at every statement would take minutes.
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
  void many_statements_in_maps_do_not_make_each_other_slow() {
    List<KeyValue> inner =
        Collections.nCopies(MANY, entry("m", map(entry(STATEMENT, "SELECT 'x'"))));
    List<KeyValue> entries = new ArrayList<>(inner);
    entries.addAll(Collections.nCopies(MANY, entry(STATEMENT, "SELECT 'x'")));

    LogRecord result = sanitize(LogRecord.newBuilder().setBody(map(entries)).build());

    assertThat(result.getBody().getKvlistValue().getValuesList().subList(MANY, 2 * MANY))
        .containsOnly(entry(STATEMENT, "SELECT ?"));
  }
}
