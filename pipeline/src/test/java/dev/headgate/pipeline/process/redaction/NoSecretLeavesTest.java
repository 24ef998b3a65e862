package dev.headgate.pipeline.process.redaction;

import static dev.headgate.pipeline.process.redaction.RedactionFixture.settings;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.headgate.config.RedactionConfig.Action;
import dev.headgate.config.RedactionConfig.Mode;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.RandomOtlp;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a rule matches is nowhere in the output, wherever it was planted.
class NoSecretLeavesTest {
  private static final String CANARY = "canary-7f3a91";
  private static final String PATTERN = "^?\\bcanary-[0-9a-f]{6}";

  @ParameterizedTest
  @EnumSource(Action.class)
  void a_rule_for_values_reaches_every_string_of_otlp(Action action) {
    RedactionFixture fixture = settings().blockValues("nothing", PATTERN).action(action).start();
    for (Signal signal : Signal.values()) {
      List<Message> requests = new PlantedOtlp("see " + CANARY + "!").requests(signal);
      requests.addAll(new PlantedOtlp(CANARY).requests(signal));
      assertThat(requests).hasSizeGreaterThan(150);
      for (Message request : requests) {
        byte[] bytes = request.toByteArray();
        assertThat(text(bytes)).contains(CANARY);

        byte[] redacted = fixture.process(signal, bytes);

        assertThat(text(redacted)).as(request.toString()).doesNotContain(CANARY);
        RandomOtlp.parse(signal, redacted);
      }
    }
  }

  @Test
  void audit_finds_every_string_of_otlp() {
    for (Signal signal : Signal.values()) {
      for (Message request : new PlantedOtlp(CANARY).requests(signal)) {
        RedactionFixture fixture = settings().blockValues(PATTERN).mode(Mode.AUDIT).start();
        byte[] bytes = request.toByteArray();
        assertThat(fixture.process(signal, bytes)).isSameAs(bytes);
        assertThat(fixture.hits()).as(request.toString()).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void a_rule_for_values_reaches_the_deepest_value(Action action) {
    RedactionFixture fixture = settings().blockValues(PATTERN).action(action).start();
    for (int levels = 0; levels <= 30; levels++) {
      for (boolean maps : new boolean[] {true, false}) {
        AnyValue value = new PlantedOtlp(CANARY).nested(levels, maps);
        for (LogRecord.Builder log :
            List.of(
                LogRecord.newBuilder().setBody(value),
                LogRecord.newBuilder()
                    .addAttributes(KeyValue.newBuilder().setKey("k").setValue(value)))) {
          byte[] redacted = fixture.process(Signal.LOGS, request(log).toByteArray());
          assertThat(text(redacted)).as(levels + " levels").doesNotContain(CANARY);
          RandomOtlp.parse(Signal.LOGS, redacted);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void a_rule_for_keys_applies_to_every_kind_of_value_in_every_place(Action action) {
    UnknownFieldSet.Field unknown =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(com.google.protobuf.ByteString.copyFromUtf8(CANARY))
            .build();
    List<AnyValue> values = new ArrayList<>();
    values.add(new PlantedOtlp(CANARY).nested(0, true));
    values.add(new PlantedOtlp(CANARY).nested(2, true));
    values.add(new PlantedOtlp(CANARY).nested(2, false));
    values.add(
        AnyValue.newBuilder()
            .setBytesValue(com.google.protobuf.ByteString.copyFromUtf8(CANARY))
            .build());
    values.add(
        AnyValue.newBuilder()
            .setIntValue(7)
            .setUnknownFields(UnknownFieldSet.newBuilder().addField(9, unknown).build())
            .build());
    for (AnyValue value : values) {
      KeyValue secret =
          KeyValue.newBuilder()
              .setKey("User.Password_2")
              .setValue(value)
              .setUnknownFields(UnknownFieldSet.newBuilder().addField(5, unknown).build())
              .build();
      for (Signal signal : Signal.values()) {
        Set<String> places = new HashSet<>();
        for (Message request : plantAttribute(RandomOtlp.prototype(signal), secret, 0)) {
          RedactionFixture fixture = settings().blockKeys("*.password*").action(action).start();
          byte[] redacted = fixture.process(signal, request.toByteArray());
          assertThat(text(redacted)).as(request.toString()).doesNotContain(CANARY);
          assertThat(text(redacted).contains("User.Password_2"))
              .as(request.toString())
              .isEqualTo(action != Action.DELETE);
          RandomOtlp.parse(signal, redacted);
          places.addAll(fixture.hits().keySet());
        }
        assertThat(places).hasSizeGreaterThan(3);
      }
    }
  }

  /** One request for every field that holds attributes, and for attributes below attributes. */
  private static List<Message> plantAttribute(Message prototype, KeyValue secret, int depth) {
    Descriptor type = prototype.getDescriptorForType();
    List<Message> all = new ArrayList<>();
    for (FieldDescriptor field : type.getFields()) {
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth < 14) {
        if (field.getMessageType().equals(KeyValue.getDescriptor())) {
          all.add(prototype.newBuilderForType().addRepeatedField(field, secret).build());
        }
        boolean value = field.getMessageType().equals(KeyValue.getDescriptor());
        Message child = prototype.newBuilderForType().newBuilderForField(field).build();
        for (Message inner : plantAttribute(child, secret, value ? depth + 3 : depth + 1)) {
          Message.Builder builder = prototype.newBuilderForType();
          all.add(
              (field.isRepeated()
                      ? builder.addRepeatedField(field, inner)
                      : builder.setField(field, inner))
                  .build());
        }
      }
    }
    return all;
  }

  private static ExportLogsServiceRequest request(LogRecord.Builder log) {
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder().addScopeLogs(ScopeLogs.newBuilder().addLogRecords(log)))
        .build();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }
}
