package dev.headgate.pipeline.process.redaction;

import static dev.headgate.pipeline.process.redaction.RedactionFixture.settings;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.headgate.config.RedactionConfig.Action;
import dev.headgate.config.RedactionConfig.Mode;
import dev.headgate.config.RulePack;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.RandomOtlp;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The rule pack `secrets` in a redaction processor.
class RulePackTest {
  // In pieces, so that no tool takes it for a leak.
  private static final String TOKEN = "gh" + "p_aZ3kQ9xR2mT7vB1nL5pW0123456789ABCDEF";

  @ParameterizedTest
  @EnumSource(Action.class)
  void reaches_every_string_of_otlp(Action action) {
    RedactionFixture fixture = settings().rulePacks(RulePack.SECRETS).action(action).start();
    for (Signal signal : Signal.values()) {
      List<Message> requests = new PlantedOtlp("see " + TOKEN + "!").requests(signal);
      requests.addAll(new PlantedOtlp(TOKEN).requests(signal));
      for (Message request : requests) {
        byte[] redacted = fixture.process(signal, request.toByteArray());
        assertThat(new String(redacted, ISO_8859_1)).as(request.toString()).doesNotContain(TOKEN);
        RandomOtlp.parse(signal, redacted);
      }
    }
  }

  @Test
  void masks_only_the_secret_of_a_value() {
    RedactionFixture fixture = settings().rulePacks(RulePack.SECRETS).replacement("###").start();
    assertThat(value(fixture, "db: postgres://bob:" + "hunter2@db/app"))
        .isEqualTo("db: postgres://bob:###@db/app");
    assertThat(fixture.hits())
        .isEqualTo(Map.of("rule_packs:secrets span", 1, "url_credentials null", 1));
  }

  @Test
  void applies_the_pack_to_what_the_patterns_have_left() {
    RedactionFixture fixture =
        settings().blockValues("bob").rulePacks(RulePack.SECRETS).replacement("###").start();
    assertThat(value(fixture, "bob " + TOKEN)).isEqualTo("### ###");
    assertThat(fixture.hits())
        .isEqualTo(
            Map.of(
                "blocked_values:0 span", 1, "rule_packs:secrets span", 1, "github_token null", 1));
  }

  @Test
  void hashes_the_secret_alone() {
    RedactionFixture fixture = settings().rulePacks(RulePack.SECRETS).action(Action.HASH).start();
    String first = value(fixture, "a " + TOKEN);
    assertThat(first).matches("a [0-9a-f]{64}");
    assertThat(value(fixture, "b " + TOKEN)).isEqualTo("b" + first.substring(1));
  }

  @Test
  void audit_counts_and_changes_nothing() {
    RedactionFixture fixture = settings().rulePacks(RulePack.SECRETS).mode(Mode.AUDIT).start();
    byte[] bytes = request("a " + TOKEN).toByteArray();
    assertThat(fixture.process(Signal.TRACES, bytes)).isSameAs(bytes);
    assertThat(fixture.hits())
        .isEqualTo(Map.of("rule_packs:secrets span", 1, "github_token null", 1));
  }

  @Test
  void what_has_no_secret_is_the_identical_array() {
    RedactionFixture fixture = settings().rulePacks(RulePack.SECRETS).start();
    byte[] bytes = request("nothing to see, token expired").toByteArray();
    assertThat(fixture.process(Signal.TRACES, bytes)).isSameAs(bytes);
    byte[] masked = fixture.process(Signal.TRACES, request("a " + TOKEN).toByteArray());
    assertThat(fixture.process(Signal.TRACES, masked)).isSameAs(masked);
  }

  private static String value(RedactionFixture fixture, String value) {
    try {
      return ExportTraceServiceRequest.parseFrom(
              fixture.process(Signal.TRACES, request(value).toByteArray()))
          .getResourceSpans(0)
          .getScopeSpans(0)
          .getSpans(0)
          .getAttributes(0)
          .getValue()
          .getStringValue();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ExportTraceServiceRequest request(String value) {
    KeyValue attribute =
        KeyValue.newBuilder()
            .setKey("note")
            .setValue(AnyValue.newBuilder().setStringValue(value))
            .build();
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .addScopeSpans(
                    ScopeSpans.newBuilder().addSpans(Span.newBuilder().addAttributes(attribute))))
        .build();
  }
}
