package dev.headgate.gateway.policy;

import static dev.headgate.gateway.policy.PolicyOtlp.attribute;
import static dev.headgate.gateway.policy.PolicyOtlp.failed;
import static dev.headgate.gateway.policy.PolicyOtlp.record;
import static dev.headgate.gateway.policy.PolicyOtlp.request;
import static dev.headgate.gateway.policy.PolicyOtlp.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.headgate.gateway.backends.OtlpItems;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the policy does to texts: URLs, statements, names, bodies, and the records of which little
/// is kept.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ShippedPolicyTextsTest {
  private static final String SAMPLE_UUID = "550e8400-e29b-41d4-a716-446655440000";

  private final ShippedPolicy policy = new ShippedPolicy();

  @AfterAll
  void close() {
    policy.close();
  }

  /// The value that arrives where an attribute with this value is sent, the same in all signals.
  private String inEverySignal(String key, String value, KeyValue... others) {
    List<KeyValue> attributes = new ArrayList<>(List.of(others));
    attributes.add(attribute(key, value));
    List<Message> arrived =
        policy.sendAll(
            List.of(
                request(
                    failed("work")
                        .addAllAttributes(attributes)
                        .addEvents(Span.Event.newBuilder().addAllAttributes(attributes))),
                request(record("work").addAllAttributes(attributes)),
                request(
                    Metric.newBuilder()
                        .setName("work")
                        .setGauge(
                            Gauge.newBuilder()
                                .addDataPoints(
                                    PolicyOtlp.point(1).addAllAttributes(attributes))))));
    Span span = OtlpItems.spans(arrived.get(0)).findFirst().orElseThrow();
    LogRecord log = OtlpItems.records(arrived.get(1)).findFirst().orElseThrow();
    var point = OtlpItems.points(arrived.get(2)).findFirst().orElseThrow();
    String result = texts(span.getAttributesList()).get(key);
    assertThat(texts(span.getEvents(0).getAttributesList())).containsEntry(key, result);
    assertThat(texts(log.getAttributesList())).containsEntry(key, result);
    assertThat(texts(point.getAttributesList())).containsEntry(key, result);
    return result;
  }

  @ParameterizedTest
  @CsvSource({
    "url.full,https://shop.example/orders/17?session=planted#top,https://shop.example/orders/17",
    "http.url,https://shop.example/cb#id=planted,https://shop.example/cb",
    "http.target,/orders/17?session=planted,/orders/17",
    "url.query,session=planted,[REDACTED]"
  })
  void query_strings_are_cut(String key, String value, String expected) {
    assertThat(inEverySignal(key, value)).isEqualTo(expected);
  }

  @Test
  void urls_and_statements_are_found_in_maps_and_structured_bodies() {
    AnyValue call =
        PolicyOtlp.map(
            List.of(
                attribute("url.full", "https://shop.example/a?session=planted"),
                attribute("db.system", "redis"),
                attribute("db.statement", "SET a planted")));
    AnyValue clean =
        PolicyOtlp.map(
            List.of(
                attribute("url.full", "https://shop.example/a"),
                attribute("db.system", "redis"),
                attribute("db.statement", "SET a ?")));
    KeyValue nested = attribute("call", call);

    LogRecord log =
        policy
            .send(record("").setBody(PolicyOtlp.map(List.of(nested))).addAttributes(nested))
            .getFirst();
    Span span = policy.send(failed("work").addAttributes(nested)).getFirst();

    KeyValue expected = attribute("call", clean);
    assertThat(log.getBody()).isEqualTo(PolicyOtlp.map(List.of(expected)));
    assertThat(log.getAttributesList()).contains(expected);
    assertThat(span.getAttributesList()).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"db.statement", "db.query.text"})
  void literals_of_statements_are_masked(String key) {
    String statement = "SELECT name FROM users WHERE mail = 'planted@example.com' AND age > 17";
    String masked = "SELECT name FROM users WHERE mail = ? AND age > ?";
    KeyValue postgres = attribute("db.system", "postgresql");
    assertThat(inEverySignal(key, statement, postgres)).isEqualTo(masked);
    assertThat(inEverySignal(key, statement)).isEqualTo(masked);
    assertThat(inEverySignal(key, "{\"a\":\"planted\"}", attribute("db.system", "mongodb")))
        .isEqualTo("{\"a\":\"?\"}");
    assertThat(inEverySignal(key, "SET a planted", attribute("db.system.name", "redis")))
        .isEqualTo("SET a ?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"db.statement", "db.query.text"})
  void statements_are_cut_behind_their_literals(String key) {
    String columns = "ö".repeat(300);
    String expected = ("SELECT ?, " + columns).substring(0, 200);
    assertThat(inEverySignal(key, "SELECT 'planted', " + columns)).isEqualTo(expected);
    assertThat(inEverySignal(key, "x".repeat(200))).isEqualTo("x".repeat(200));
  }

  @Test
  void names_of_spans_hold_no_uuid() {
    assertThat(policy.send(failed("GET /orders/" + SAMPLE_UUID + "/items")).getFirst().getName())
        .isEqualTo("GET /orders/{uuid}/items");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "calling with Authorization: Bearer planted.token ; calling with Authorization: Bearer"
            + " [REDACTED]",
        "{\"refresh_token\": \"planted\", \"n\": 1} ; {\"refresh_token\":\"[REDACTED]\", \"n\": 1}",
        "{\"user.email\":\"planted@example.com\"} ; {\"user.email\":\"[REDACTED]\"}",
        "{\"phone\": 4930123, \"a\": {\"db_url\": \"x\\\"planted\"}} ; {\"phone\":\"[REDACTED]\","
            + " \"a\": {\"db_url\":\"[REDACTED]\"}}",
        "connecting to postgres://app:planted@db/shop ; connecting to"
            + " postgres://app:[REDACTED]@db/shop",
        "user_id=17 took 35 ms for /a?b=c ; user_id=17 took 35 ms for /a?b=c"
      })
  void bodies_of_logs_are_scrubbed(String body, String expected) {
    assertThat(policy.send(record(body)).getFirst().getBody().getStringValue()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"email":["planted@example.com","b]planted"],"n":1}
        {"email":"[REDACTED]","n":1}
        """,
        """
        {"phone": [ 4930123, null, "planted"], "geo_area": {"lat": 1.5, "name": "}planted"}, "n": 1}
        {"phone":"[REDACTED]", "geo_area":"[REDACTED]", "n": 1}
        """,
        """
        {"sent":"{\\"email\\": \\"planted@example.com\\", \\"n\\": 1}"}
        {"sent":"{\\"email\\":\\"[REDACTED]\\", \\"n\\": 1}"}
        """,
        """
        {"sent":"{\\"username\\":\\"a\\\\\\"planted\\\\\\\\\\",\\"n\\":\\"b\\"}"}
        {"sent":"{\\"username\\":\\"[REDACTED]\\",\\"n\\":\\"b\\"}"}
        """,
        """
        {"sent":"{\\"email\\":[\\"planted\\",\\n \\"planted]\\"],\\"phone\\":49301,\\"n\\":1}"}
        {"sent":"{\\"email\\":\\"[REDACTED]\\",\\"phone\\":\\"[REDACTED]\\",\\"n\\":1}"}
        """,
        """
        {"a":"{\\"b\\":\\"{\\\\\\"email\\\\\\":\\\\\\"planted\\\\\\",\\\\\\"n\\\\\\":1}\\"}"}
        {"a":"{\\"b\\":\\"{\\\\\\"email\\\\\\":\\\\\\"[REDACTED]\\\\\\",\\\\\\"n\\\\\\":1}\\"}"}
        """,
        """
        {"a":"{\\"b\\":\\"{\\\\\\"email\\\\\\":\\\\\\"a\\\\\\\\\\\\\\"planted\\\\\\\\\\\\\\\\\\\\\\",\\\\\\"n\\\\\\":\\\\\\"b\\\\\\"}\\"}"}
        {"a":"{\\"b\\":\\"{\\\\\\"email\\\\\\":\\\\\\"[REDACTED]\\\\\\",\\\\\\"n\\\\\\":\\\\\\"b\\\\\\"}\\"}"}
        """,
        """
        {"n":1,"email":"planted@examp
        {"n":1,"email":"[REDACTED]"
        """,
        """
        {"sent":"{\\"email\\":\\"planted@examp
        {"sent":"{\\"email\\":\\"[REDACTED]\\"
        """
      })
  void names_are_found_in_lists_in_escaped_json_and_in_what_was_cut_off(String bodyAndExpected) {
    String[] lines = bodyAndExpected.split("\n", -1);
    assertThat(policy.send(record(lines[0])).getFirst().getBody().getStringValue())
        .isEqualTo(lines[1])
        .doesNotContain("planted");
  }

  @ParameterizedTest
  @CsvSource({
    "auth.login,auth.outcome,success",
    "moderation.decision,moderation.action,hide",
  })
  void of_records_of_some_kinds_only_named_attributes_are_kept(
      String event, String detail, String value) {
    LogRecord.Builder record =
        record("done")
            .addAttributes(attribute(detail, value))
            .addAttributes(attribute("user_id", "17"))
            .addAttributes(attribute("actor_id", "18"))
            .addAttributes(attribute("added.later", "planted"));
    List<LogRecord> arrived =
        policy.send(
            record.clone().setEventName(event),
            record.clone().addAttributes(attribute("event.name", event)),
            record.clone().setEventName("shop.order"));

    assertThat(texts(arrived.get(0).getAttributesList()))
        .containsOnlyKeys(detail, "user_id", "actor_id");
    assertThat(texts(arrived.get(1).getAttributesList()))
        .containsOnlyKeys(detail, "user_id", "actor_id", "event.name");
    assertThat(texts(arrived.get(2).getAttributesList())).containsKey("added.later");
  }
}
