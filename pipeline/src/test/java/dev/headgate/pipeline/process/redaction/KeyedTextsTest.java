package dev.headgate.pipeline.process.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Coverage;
import dev.headgate.config.RedactionConfig.Database;
import dev.headgate.config.RedactionConfig.DbSanitizer;
import dev.headgate.config.RedactionConfig.DbSanitizer.Language;
import dev.headgate.config.RedactionConfig.KeyedTexts;
import dev.headgate.config.RedactionConfig.UrlSanitizer;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.RandomOtlp;
import dev.headgate.pipeline.process.redaction.RedactionFixture.Settings;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
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

/// `cut_queries`, `mask_literals` and the sanitizers wherever their keys stand.
class KeyedTextsTest {
  private static final int REQUESTS = 150;
  private static final int MANY = 50_000;
  private static final String URL = "url.full";
  private static final String STATEMENT = "db.query.text";

  private final KeyedTexts keyed = new KeyedTexts(List.of(URL), List.of(STATEMENT));
  private final RedactionConfig config = RedactionFixture.settings().keyed(keyed).config();
  private final RedactionFixture fixture = new RedactionFixture(config);

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
    assertThat(result).isEqualTo(new KeyedTextsOracle(config, Signal.LOGS).sanitize(request));
    return ((ExportLogsServiceRequest) result).getResourceLogs(0).getScopeLogs(0).getLogRecords(0);
  }

  @ParameterizedTest
  @EnumSource
  void everything_is_what_protobuf_java_makes_of_it(Signal signal) {
    // Words of which random requests make keys and values.
    KeyedTexts words =
        new KeyedTexts(List.of("a", "http.request.method"), List.of("api_key", "service.name"));
    RedactionFixture mine = compare(RedactionFixture.settings().keyed(words).config(), signal);

    assertThat(mine.hits().keySet()).anyMatch(hit -> hit.startsWith("cut_queries"));
    assertThat(mine.hits().keySet()).anyMatch(hit -> hit.startsWith("mask_literals"));
  }

  @ParameterizedTest
  @EnumSource
  void so_it_is_with_sanitizers(Signal signal) {
    DbSanitizer databases =
        new DbSanitizer(
            List.of(
                new Language(Database.SQL, List.of("a", "service.name")),
                new Language(Database.REDIS, List.of("service.name"))),
            false);
    Settings settings =
        RedactionFixture.settings()
            .urls(new UrlSanitizer(List.of("a", "http.request.method"), false))
            .databases(databases);

    RedactionFixture mine = compare(settings.config(), signal);

    assertThat(mine.hits().keySet()).anyMatch(hit -> hit.startsWith("url_sanitizer"));
  }

  private static RedactionFixture compare(RedactionConfig config, Signal signal) {
    RedactionFixture mine = new RedactionFixture(config);
    KeyedTextsOracle oracle = new KeyedTextsOracle(config, signal);
    for (long seed = 0; seed < REQUESTS; seed++) {
      byte[] request = new RandomOtlp(seed).next(signal);
      assertThat(RandomOtlp.parse(signal, mine.process(signal, request)))
          .as("seed %d", seed)
          .isEqualTo(oracle.sanitize(RandomOtlp.parse(signal, request)));
    }
    return mine;
  }

  private static Settings sanitizers() {
    DbSanitizer databases =
        new DbSanitizer(
            List.of(
                new Language(Database.SQL, List.of(STATEMENT)),
                new Language(Database.REDIS, List.of(STATEMENT))),
            false);
    return RedactionFixture.settings()
        .urls(new UrlSanitizer(List.of(URL), false))
        .databases(databases);
  }

  private static Message request(KeyValue... attributes) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request
        .addResourceSpansBuilder()
        .addScopeSpansBuilder()
        .addSpans(Span.newBuilder().addAllAttributes(List.of(attributes)));
    return request.build();
  }

  /// What a call and a query look like with the sanitizers of [#sanitizers] and without.
  private static AnyValue call(String url, String redis, String sql) {
    return map(
        entry(URL, url),
        entry("inner", map(entry("db.system", "redis"), entry(STATEMENT, redis))),
        entry("list", map(entry(STATEMENT, sql))),
        entry("note", "/users/17?q=kept"));
  }

  @Test
  void the_keys_of_sanitizers_count_in_maps_of_attributes() {
    RedactionConfig sanitizers = sanitizers().config();
    KeyValue system = entry("db.system", "postgresql");
    AnyValue given = call("/users/17?q=planted", "SET a planted", "SELECT 'planted'");
    Message request = request(system, entry("http", given));

    Message result =
        RandomOtlp.parse(
            Signal.TRACES,
            new RedactionFixture(sanitizers).process(Signal.TRACES, request.toByteArray()));

    AnyValue clean = call("/users/*", "SET a ?", "SELECT ?");
    assertThat(result)
        .isEqualTo(request(system, entry("http", clean)))
        .isEqualTo(new KeyedTextsOracle(sanitizers, Signal.TRACES).sanitize(request));
  }

  @Test
  void with_the_collectors_coverage_they_count_among_attributes_alone() {
    RedactionConfig sanitizers = sanitizers().coverage(Coverage.COLLECTOR).config();
    KeyValue system = entry("db.system", "postgresql");
    KeyValue nested = entry("http", call("/users/17?q=kept", "SET a kept", "SELECT 'kept'"));
    Message request =
        request(
            system,
            nested,
            entry(URL, "/users/17?q=planted"),
            entry(STATEMENT, "SELECT 'planted'"));

    Message result =
        RandomOtlp.parse(
            Signal.TRACES,
            new RedactionFixture(sanitizers).process(Signal.TRACES, request.toByteArray()));

    assertThat(result)
        .isEqualTo(request(system, nested, entry(URL, "/users/*"), entry(STATEMENT, "SELECT ?")));
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
