package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.headgate.pipeline.otlp.AnyValueCursor.Kind;
import dev.headgate.pipeline.wire.OutputLimitException;
import dev.headgate.pipeline.wire.Utf8;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CursorTest {
  private final AnyValueCursor value = new AnyValueCursor();

  @Test
  void reads_the_parts_of_a_key_value() {
    byte[] bytes =
        KeyValue.newBuilder()
            .setKey("k".repeat(200))
            .setValue(string("v"))
            .setKeyStrindex(300)
            .build()
            .toByteArray();
    KeyValueCursor cursor = new KeyValueCursor();
    cursor.read(bytes, 0, bytes.length);
    assertThat(Utf8.text(bytes, cursor.keyFrom(), cursor.keyTo())).isEqualTo("k".repeat(200));
    assertThat(cursor.hasValue()).isTrue();
    assertThat(bytes[cursor.valueTagStart()]).isEqualTo((byte) 0x12);
    assertThat(cursor.valueLengthStart()).isEqualTo(cursor.valueTagStart() + 1);
    assertThat(AnyValueText.of(bytes, cursor.valueFrom(), cursor.valueTo())).isEqualTo("v");
  }

  @Test
  void a_key_without_a_value_has_none() {
    byte[] bytes = KeyValue.newBuilder().setKey("k").build().toByteArray();
    KeyValueCursor cursor = new KeyValueCursor();
    cursor.read(bytes, 0, bytes.length);
    assertThat(cursor.hasValue()).isFalse();
    assertThat(cursor.valueFrom()).isEqualTo(-1);
    value.read(bytes, cursor.valueFrom(), cursor.valueTo());
    assertThat(value.kind()).isEqualTo(Kind.NONE);
  }

  @Test
  void reads_every_kind_of_value() {
    read(string("text"));
    assertThat(value.kind()).isEqualTo(Kind.STRING);
    assertThat(value.to() - value.from()).isEqualTo(4);
    read(AnyValue.newBuilder().setBoolValue(true).build());
    assertThat(value.kind()).isEqualTo(Kind.BOOL);
    assertThat(value.boolValue()).isTrue();
    read(AnyValue.newBuilder().setIntValue(-5).build());
    assertThat(value.kind()).isEqualTo(Kind.INT);
    assertThat(value.intValue()).isEqualTo(-5);
    read(AnyValue.newBuilder().setDoubleValue(1.5).build());
    assertThat(value.kind()).isEqualTo(Kind.DOUBLE);
    assertThat(value.doubleValue()).isEqualTo(1.5);
    read(AnyValue.newBuilder().setArrayValue(ArrayValue.getDefaultInstance()).build());
    assertThat(value.kind()).isEqualTo(Kind.ARRAY);
    assertThat(value.to() - value.from()).isZero();
    read(AnyValue.newBuilder().setKvlistValue(KeyValueList.getDefaultInstance()).build());
    assertThat(value.kind()).isEqualTo(Kind.KVLIST);
    read(AnyValue.newBuilder().setBytesValue(ByteString.copyFromUtf8("abc")).build());
    assertThat(value.kind()).isEqualTo(Kind.BYTES);
    read(AnyValue.newBuilder().setStringValueStrindex(3).build());
    assertThat(value.kind()).isEqualTo(Kind.STRING_INDEX);
    read(AnyValue.getDefaultInstance());
    assertThat(value.kind()).isEqualTo(Kind.NONE);
    assertThat(value.memberTagStart()).isEqualTo(-1);
  }

  @Test
  void finds_the_first_attribute_with_a_key() {
    byte[] bytes =
        Resource.newBuilder()
            .addAttributes(KeyValue.newBuilder().setKey("service").setValue(string("no")))
            .addAttributes(KeyValue.newBuilder().setKey("service.name").setValue(string("shop")))
            .addAttributes(KeyValue.newBuilder().setKey("service.name").setValue(string("2nd")))
            .setDroppedAttributesCount(700)
            .build()
            .toByteArray();
    AttributeLookup lookup = new AttributeLookup();
    assertThat(lookup.find(bytes, 0, bytes.length, 1, Utf8.bytes("service.name"))).isTrue();
    assertThat(AnyValueText.of(bytes, lookup.valueFrom(), lookup.valueTo())).isEqualTo("shop");
    assertThat(lookup.find(bytes, 0, bytes.length, 1, Utf8.bytes("service.nam"))).isFalse();
    assertThat(lookup.find(bytes, 0, bytes.length, 3, Utf8.bytes("service.name"))).isFalse();
    assertThat(lookup.valueFrom()).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "1.5, 1.5",
    "-2.25, -2.25",
    "1e20, 100000000000000000000",
    "1e21, 1e+21",
    "1.25e-7, 1.25e-7",
    "0.000001, 0.000001",
    "1e300, 1e+300",
    "NaN, NaN",
    "-Infinity, -Infinity"
  })
  void numbers_read_as_in_the_collector(double number, String expected) {
    assertThat(text(AnyValue.newBuilder().setDoubleValue(number).build())).isEqualTo(expected);
  }

  @Test
  void arrays_and_maps_read_as_json_with_sorted_keys() {
    AnyValue bytes = AnyValue.newBuilder().setBytesValue(ByteString.copyFromUtf8("ab")).build();
    AnyValue array =
        array(string("q\"\\\n\u0001<"), AnyValue.getDefaultInstance(), integer(-7), bytes);
    AnyValue map =
        AnyValue.newBuilder()
            .setKvlistValue(
                KeyValueList.newBuilder()
                    .addValues(KeyValue.newBuilder().setKey("z").setValue(array))
                    .addValues(KeyValue.newBuilder().setKey("a").setValue(integer(1)))
                    .addValues(KeyValue.newBuilder().setKey("n")))
            .build();
    assertThat(text(map))
        .isEqualTo("{\"a\":1,\"n\":null,\"z\":[\"q\\\"\\\\\\n\\u0001<\",null,-7,\"YWI=\"]}");
    assertThat(text(array(AnyValue.newBuilder().setDoubleValue(Double.NaN).build()))).isEmpty();
    assertThat(text(bytes)).isEqualTo("YWI=");
    assertThat(text(AnyValue.getDefaultInstance())).isEmpty();
  }

  @Test
  void no_text_is_longer_than_its_limit() {
    int most = AnyValueText.MAX_CHARS;
    assertThat(text(string("x".repeat(most)))).hasSize(most);
    assertThat(text(array(string("x".repeat(most - 4))))).hasSize(most);
    assertThat(text(blob(most / 4 * 3))).hasSize(most);
    assertThat(text(map(string("x".repeat(most - 9)), "ab"))).hasSize(most);
    isTooLong(string("x".repeat(most + 1)));
    isTooLong(array(string("x".repeat(most - 3))));
    isTooLong(array(string("\u0001".repeat(most / 6 + 1))));
    isTooLong(array(string("é".repeat(most))));
    isTooLong(blob(most / 4 * 3 + 1));
    isTooLong(array(blob(most / 4 * 3)));
    isTooLong(map(string("x".repeat(most - 8)), "ab"));
    isTooLong(map(integer(1), "\"".repeat(most / 2)));
    AnyValue[] nothings = new AnyValue[most / 5 + 1];
    Arrays.fill(nothings, AnyValue.getDefaultInstance());
    isTooLong(array(nothings));
  }

  @Test
  void members_of_maps_are_refused_before_they_are_held() {
    String[] keys = new String[AnyValueText.MAX_CHARS / 10 + 1];
    Arrays.setAll(keys, i -> "%05x".formatted(i));
    isTooLong(map(AnyValue.getDefaultInstance(), keys));
    String[] most = Arrays.copyOf(keys, AnyValueText.MAX_CHARS / 10 - 1);
    assertThat(text(map(integer(1), most))).hasSize(10 * most.length + 1);
    // A map within the first member of each: what waits behind it counts too.
    AnyValue nested = integer(1);
    for (int i = 0; i < 4; i++) {
      String[] some = Arrays.copyOf(keys, keys.length / 3);
      nested = map(integer(1), some).toBuilder().mergeFrom(map(nested, some[0])).build();
    }
    isTooLong(nested);
  }

  private static void isTooLong(AnyValue message) {
    assertThatThrownBy(() -> text(message)).isInstanceOf(OutputLimitException.class);
  }

  private static AnyValue blob(int bytes) {
    return AnyValue.newBuilder().setBytesValue(ByteString.copyFrom(new byte[bytes])).build();
  }

  private static AnyValue map(AnyValue value, String... keys) {
    KeyValueList.Builder members = KeyValueList.newBuilder();
    for (String key : keys) {
      members.addValues(KeyValue.newBuilder().setKey(key).setValue(value));
    }
    return AnyValue.newBuilder().setKvlistValue(members).build();
  }

  private void read(AnyValue message) {
    byte[] bytes = message.toByteArray();
    value.read(bytes, 0, bytes.length);
  }

  private static String text(AnyValue message) {
    byte[] bytes = message.toByteArray();
    return AnyValueText.of(bytes, 0, bytes.length);
  }

  private static AnyValue string(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static AnyValue integer(long number) {
    return AnyValue.newBuilder().setIntValue(number).build();
  }

  private static AnyValue array(AnyValue... values) {
    return AnyValue.newBuilder()
        .setArrayValue(ArrayValue.newBuilder().addAllValues(Arrays.asList(values)))
        .build();
  }
}
