package dev.headgate.pipeline.otlp;

import static java.util.Comparator.comparingInt;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.OtlpField.Kind;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaTest {
  @Test
  void every_table_agrees_with_the_descriptors_field_by_field() {
    Map<OtlpMessage, Descriptor> seen = new EnumMap<>(OtlpMessage.class);
    for (Signal signal : Signal.values()) {
      compare(
          OtlpMessage.request(signal), RandomOtlp.prototype(signal).getDescriptorForType(), seen);
    }
    assertThat(seen.keySet()).containsExactlyInAnyOrder(OtlpMessage.values());
  }

  @Test
  void the_plan_of_the_check_has_room_for_every_field_and_every_packed_value_has_a_known_width() {
    for (OtlpMessage message : OtlpMessage.values()) {
      assertThat(message.fields()).isSortedAccordingTo(comparingInt(OtlpField::number));
      for (OtlpField field : message.fields()) {
        // Numbers up to 19 leave the marks of what a message was seen to have their bits.
        assertThat(field.number()).isBetween(1, 19);
        if (field.packed()) {
          assertThat(field.kind()).isIn(Kind.FIXED64, Kind.DOUBLE, Kind.UINT64);
        }
      }
    }
  }

  private static void compare(
      OtlpMessage message, Descriptor type, Map<OtlpMessage, Descriptor> seen) {
    Descriptor earlier = seen.putIfAbsent(message, type);
    if (earlier != null) {
      assertThat(earlier).isSameAs(type);
      return;
    }
    assertThat(type.getRealOneofs().size()).as(type.getFullName()).isLessThan(2);
    assertThat(message.fields().stream().map(OtlpField::number))
        .as(type.getFullName())
        .containsExactlyElementsOf(
            type.getFields().stream()
                .filter(f -> !f.getOptions().getDeprecated())
                .map(FieldDescriptor::getNumber)
                .sorted()
                .toList());
    for (OtlpField field : message.fields()) {
      FieldDescriptor descriptor = type.findFieldByNumber(field.number());
      String name = descriptor.getFullName();
      assertThat(field.jsonName()).as(name).isEqualTo(descriptor.getJsonName());
      assertThat(message.field(field.number())).isSameAs(field);
      assertThat(message.field(field.jsonName())).isSameAs(field);
      assertThat(field.repeated()).as(name).isEqualTo(descriptor.isRepeated());
      assertThat(field.packed()).as(name).isEqualTo(descriptor.isPacked());
      assertThat(field.oneof()).as(name).isEqualTo(descriptor.getRealContainingOneof() != null);
      assertThat(field.kind()).as(name).isEqualTo(kind(descriptor));
      if (field.message() != null) {
        compare(field.message(), descriptor.getMessageType(), seen);
      }
    }
  }

  private static Kind kind(FieldDescriptor field) {
    if (field.getType() == FieldDescriptor.Type.BYTES) {
      if (field.getName().equals("trace_id")) {
        return Kind.TRACE_ID;
      }
      return field.getName().endsWith("span_id") ? Kind.SPAN_ID : Kind.BYTES;
    }
    return Kind.valueOf(field.getType().name());
  }
}
