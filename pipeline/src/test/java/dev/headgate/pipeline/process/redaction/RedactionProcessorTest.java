package dev.headgate.pipeline.process.redaction;

import static dev.headgate.pipeline.process.redaction.RedactionFixture.payload;
import static dev.headgate.pipeline.process.redaction.RedactionFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.management.ThreadMXBean;
import dev.headgate.config.ComponentId;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Action;
import dev.headgate.config.RedactionConfig.Coverage;
import dev.headgate.config.RedactionConfig.Mode;
import dev.headgate.config.RedactionConfig.Summary;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.LendingContext;
import dev.headgate.pipeline.wire.MalformedInputException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RedactionProcessorTest {

  @Test
  void masks_only_the_match_of_a_value_as_the_collector_does() {
    Span span =
        redact(
            settings().blockValues("4[0-9]{12}(?:[0-9]{3})?").start(),
            span(attribute("note", "placeholder 4111111111111111")));
    assertThat(span.getAttributes(0).getValue().getStringValue()).isEqualTo("placeholder ****");
  }

  @Test
  void masks_the_whole_value_of_a_blocked_key_and_keeps_the_key() {
    Span span =
        redact(
            settings().blockKeys("*.token*").replacement("[REDACTED]").start(),
            span(attribute("tokens", "abc"), attribute("other", "abc")));
    assertThat(span.getAttributesList())
        .containsExactly(attribute("tokens", "[REDACTED]"), attribute("other", "abc"));
  }

  @Test
  void finds_a_key_in_a_map_of_any_length_however_its_lengths_are_padded() throws IOException {
    RedactionFixture fixture = settings().blockKeys("secret").start();
    for (int filler : List.of(1, 60, 100, 120, 130, 16_300, 16_400, 163_850, 2_097_200)) {
      AnyValue map =
          AnyValue.newBuilder()
              .setKvlistValue(
                  KeyValueList.newBuilder()
                      .addValues(attribute("text", "x".repeat(filler)))
                      .addValues(attribute("secret", "abc")))
              .build();
      for (int padding = 0; padding < 3; padding++) {
        byte[] key = {0x0a, 1, 'k'};
        byte[] value = field(0x12, map.toByteArray(), padding);
        byte[] request = envelope(field(0x4a, concat(key, value), padding));
        Span span =
            ExportTraceServiceRequest.parseFrom(fixture.process(Signal.TRACES, request))
                .getResourceSpans(0)
                .getScopeSpans(0)
                .getSpans(0);
        KeyValueList list = span.getAttributes(0).getValue().getKvlistValue();
        assertThat(list.getValues(1)).isEqualTo(attribute("secret", "****"));
      }
    }
  }

  @Test
  void an_attribute_with_an_overlong_tag_is_masked_as_any_other() throws IOException {
    byte[] attribute = field(0x4a, attribute("secret", "abc").toByteArray(), 0);
    byte[] overlong = concat(new byte[] {(byte) 0xca}, attribute);
    overlong[1] = 0;
    RedactionFixture fixture = settings().blockKeys("secret").start();
    byte[] request = envelope(concat(overlong, attribute));
    Span span =
        ExportTraceServiceRequest.parseFrom(fixture.process(Signal.TRACES, request))
            .getResourceSpans(0)
            .getScopeSpans(0)
            .getSpans(0);
    KeyValue masked = attribute("secret", "****");
    assertThat(span.getAttributesList()).containsExactly(masked, masked);
  }

  /** A request with one span that has this body. */
  private static byte[] envelope(byte[] span) throws IOException {
    return field(0x0a, field(0x12, field(0x12, span, 0), 0), 0);
  }

  private static byte[] concat(byte[] first, byte[] second) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    out.write(second);
    return out.toByteArray();
  }

  /** A length-delimited field whose length takes more bytes than it needs. */
  private static byte[] field(int tag, byte[] body, int padding) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int rest = body.length;
    for (; rest >= 0x80; rest >>>= 7) {
      out.write(rest | 0x80);
    }
    for (int i = 0; i < padding; i++) {
      out.write(rest | 0x80);
      rest = 0;
    }
    out.write(rest);
    out.write(body);
    return out.toByteArray();
  }

  @Test
  void masks_an_attribute_without_a_value() {
    Span span =
        redact(settings().blockKeys("k").start(), span(KeyValue.newBuilder().setKey("k").build()));
    assertThat(span.getAttributesList()).containsExactly(attribute("k", "****"));
  }

  @Test
  void removes_every_attribute_when_no_key_is_allowed() {
    Span span = redact(settings().allowOnly().start(), span(attribute("a", "1")));
    assertThat(span.getAttributesList()).isEmpty();
  }

  @Test
  void leaves_ignored_keys_alone() {
    KeyValue password = attribute("user.password", "hunter2");
    RedactionFixture fixture =
        settings().allowOnly().ignore("user.password").blockKeys("*").blockValues(".").start();
    assertThat(redact(fixture, span(password)).getAttributesList()).containsExactly(password);
  }

  @Test
  void handles_each_of_two_attributes_with_the_same_key() {
    Span span =
        redact(
            settings().blockKeys("secret").start(),
            span(attribute("secret", "a"), attribute("x", "y"), attribute("secret", "b")));
    assertThat(span.getAttributesList())
        .containsExactly(
            attribute("secret", "****"), attribute("x", "y"), attribute("secret", "****"));
  }

  @Test
  void hashes_with_hmac_sha_256_in_lower_case_hex() {
    // echo -n hunter2 | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    String expected = "3920d54ec70f500ee54e1da041d2364a8e57dd252f7a81ed8acd58ad6cf3b6d0";
    RedactionFixture fixture =
        settings().blockKeys("secret").blockValues("hunter[0-9]").action(Action.HASH).start();
    Span span =
        redact(fixture, span(attribute("secret", "hunter2"), attribute("x", "is hunter2!")));
    assertThat(span.getAttributesList())
        .containsExactly(attribute("secret", expected), attribute("x", "is " + expected + "!"));
  }

  @Test
  void hashes_equal_values_alike_whatever_their_kind() {
    RedactionFixture fixture = settings().blockKeys("secret").action(Action.HASH).start();
    AnyValue text = AnyValue.newBuilder().setStringValue("42").build();
    AnyValue number = AnyValue.newBuilder().setIntValue(42).build();
    AnyValue bytes = AnyValue.newBuilder().setBytesValue(ByteString.copyFromUtf8("42")).build();
    KeyValue.Builder secret = KeyValue.newBuilder().setKey("secret");
    Span span =
        redact(
            fixture,
            span(
                secret.setValue(text).build(),
                secret.setValue(number).build(),
                secret.setValue(bytes).build()));
    assertThat(span.getAttributesList().stream().distinct()).hasSize(1);
  }

  @Test
  void delete_removes_the_attribute_around_a_match_and_masks_where_there_is_none() {
    AnyValue list =
        AnyValue.newBuilder()
            .setArrayValue(
                ArrayValue.newBuilder()
                    .addValues(AnyValue.newBuilder().setStringValue("ok"))
                    .addValues(AnyValue.newBuilder().setStringValue("hunter2")))
            .build();
    Span.Builder span =
        span(
            attribute("a", "hunter2"),
            attribute("b", "fine"),
            KeyValue.newBuilder().setKey("c").setValue(list).build(),
            attribute("is-hunter2", "d"));
    span.setName("GET /hunter2");
    Span redacted = redact(settings().blockValues("hunter2").action(Action.DELETE).start(), span);
    assertThat(redacted.getAttributesList()).containsExactly(attribute("b", "fine"));
    assertThat(redacted.getName()).isEqualTo("GET /****");
  }

  @Test
  void never_leaves_a_key_empty() {
    Span span =
        redact(
            settings().blockValues("hunter2").replacement("").start(),
            span(attribute("hunter2", "x")));
    assertThat(span.getAttributesList()).containsExactly(attribute("****", "x"));
  }

  @Test
  void collector_coverage_visits_only_what_the_collector_visits() {
    KeyValue nested =
        KeyValue.newBuilder()
            .setKey("list")
            .setValue(
                AnyValue.newBuilder()
                    .setArrayValue(
                        ArrayValue.newBuilder()
                            .addValues(AnyValue.newBuilder().setStringValue("hunter2"))))
            .build();
    Span.Builder span = span(attribute("a", "hunter2"), nested).setName("hunter2");
    span.addLinks(Span.Link.newBuilder().addAttributes(attribute("b", "hunter2")));
    span.addEvents(Span.Event.newBuilder().addAttributes(attribute("c", "hunter2")));
    Span redacted =
        redact(settings().blockValues("hunter2").coverage(Coverage.COLLECTOR).start(), span);
    assertThat(redacted)
        .isEqualTo(
            span.clone()
                .setAttributes(0, attribute("a", "****"))
                .setEvents(0, Span.Event.newBuilder().addAttributes(attribute("c", "****")).build())
                .build());
  }

  @Test
  void finds_a_key_behind_its_value() throws IOException {
    ByteArrayOutputStream attribute = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(attribute);
    out.writeMessage(2, AnyValue.newBuilder().setStringValue("hunter2").build());
    out.writeString(1, "password");
    out.flush();
    byte[] redacted =
        settings()
            .blockKeys("password")
            .start()
            .process(Signal.TRACES, withRawAttribute(attribute));
    assertThat(ExportTraceServiceRequest.parseFrom(redacted).getResourceSpans(0).getResource())
        .extracting(resource -> resource.getAttributesList())
        .isEqualTo(List.of(attribute("password", "****")));
  }

  @Test
  void does_nothing_at_all_without_rules() {
    Payload payload = payload(Signal.TRACES, new byte[] {1, 2, 3});
    assertThat(settings().start().process(payload)).isSameAs(payload);
  }

  @Test
  void refuses_lengths_that_reach_beyond_the_message_around_them() {
    RedactionFixture fixture = settings().blockKeys("k").blockValues("v").start();
    // A resource of five bytes in a resource_spans of four.
    byte[] bytes = {0x0a, 4, 0x0a, 5, 0x0a, 3, 0x0a, 1, 'k'};
    assertThatThrownBy(() -> fixture.process(Signal.TRACES, bytes))
        .isInstanceOf(MalformedInputException.class);
    Span span = redact(fixture, span(attribute("k", "x")));
    assertThat(span.getAttributesList()).containsExactly(attribute("k", "****"));
  }

  @Test
  void starts_every_counter_at_zero_and_labels_it_with_rule_place_and_mode() {
    RedactionFixture fixture =
        settings()
            .blockPatterns("^a")
            .blockKeys("*.token*")
            .blockValues("x")
            .mode(Mode.AUDIT)
            .start();
    assertThat(fixture.points()).hasSize(3 * 10 + 20);
    assertThat(fixture.points())
        .allSatisfy(point -> {
          assertThat(point.getValue()).isZero();
          assertThat(point.getLabels().get("processor")).isEqualTo("redaction/test");
          assertThat(point.getLabels().get("mode")).isEqualTo("audit");
        });
    assertThat(fixture.points())
        .extracting(point -> point.getLabels().get("rule"))
        .contains("allowed_keys", "blocked_key_patterns:0", "blocked_keys:*.token*")
        .contains("blocked_values:0");
  }

  @ParameterizedTest
  @EnumSource(Coverage.class)
  void allocates_nothing_when_nothing_matches(Coverage coverage) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    RedactionConfig config =
        settings()
            .blockKeys("*.password*", "*.token*")
            .blockPatterns("secret$")
            .blockValues("Bearer [a-z]+", "4[0-9]{15}")
            .allowValues("^allowed")
            .allTypes()
            .summary(Summary.DEBUG)
            .coverage(coverage)
            .config();
    RedactionProcessor processor =
        new RedactionProcessor(
            ComponentId.parse("redaction"), config, new RedactionMetrics(new PrometheusRegistry()));
    Span.Builder span = span(attribute("http.route", "/a/{b}"), attribute("n", "4 Bears"));
    span.addAttributesBuilder()
        .setKey("count")
        .setValue(AnyValue.newBuilder().setIntValue(Long.MIN_VALUE));
    Payload payload = payload(Signal.TRACES, request(span).toByteArray());
    ChainContext context = LendingContext.create();
    for (int i = 0; i < 100; i++) {
      assertThat(processor.process(payload, context)).isSameAs(payload);
    }
    long thread = Thread.currentThread().threadId();
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < 1000; i++) {
      processor.process(payload, context);
    }
    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(1000);
  }

  private static byte[] withRawAttribute(ByteArrayOutputStream attribute) throws IOException {
    byte[] body = attribute.toByteArray();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {0x0a, (byte) (body.length + 4), 0x0a, (byte) (body.length + 2)});
    bytes.write(new byte[] {0x0a, (byte) body.length});
    bytes.write(body);
    return bytes.toByteArray();
  }

  private static Span redact(RedactionFixture fixture, Span.Builder span) {
    byte[] redacted = fixture.process(Signal.TRACES, request(span).toByteArray());
    try {
      return ExportTraceServiceRequest.parseFrom(redacted)
          .getResourceSpans(0)
          .getScopeSpans(0)
          .getSpans(0);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ExportTraceServiceRequest request(Span.Builder span) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder().addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
        .build();
  }

  private static Span.Builder span(KeyValue... attributes) {
    return Span.newBuilder().addAllAttributes(List.of(attributes));
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
