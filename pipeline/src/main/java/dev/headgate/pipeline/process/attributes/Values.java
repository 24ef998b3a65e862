package dev.headgate.pipeline.process.attributes;

import dev.headgate.config.AttributeValue;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Bodies of AnyValues that actions write.
final class Values {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Values() {}

  /// A text.
  static byte[] ofString(String text) {
    WireWriter out = new WireWriter(text.length() + 8);
    out.writeStringField(1, text);
    return out.toByteArray();
  }

  /// A value of the configuration.
  static byte[] of(AttributeValue value) {
    WireWriter out = new WireWriter(16);
    write(out, value);
    return out.toByteArray();
  }

  private static void write(WireWriter out, AttributeValue value) {
    switch (value) {
      case AttributeValue.Text(String text) -> out.writeStringField(1, text);
      case AttributeValue.Truth(boolean truth) -> {
        out.writeTag(2, WireType.VARINT);
        out.writeVarint(truth ? 1 : 0);
      }
      case AttributeValue.Whole(long number) -> {
        out.writeTag(3, WireType.VARINT);
        out.writeVarint(number);
      }
      case AttributeValue.Decimal(double number) -> {
        out.writeTag(4, WireType.FIXED64);
        out.writeFixed64(Double.doubleToRawLongBits(number));
      }
      case AttributeValue.Items(List<AttributeValue> values) -> {
        int array = begin(out, 5);
        for (AttributeValue item : values) {
          int mark = begin(out, 1);
          write(out, item);
          out.endLength(mark);
        }
        out.endLength(array);
      }
      case AttributeValue.Members(Map<String, AttributeValue> values) -> {
        int map = begin(out, 6);
        values.forEach((key, member) -> {
          int mark = begin(out, 1);
          out.writeStringField(1, key);
          int inner = begin(out, 2);
          write(out, member);
          out.endLength(inner);
          out.endLength(mark);
        });
        out.endLength(map);
      }
      case AttributeValue.Nothing() -> {}
    }
  }

  private static int begin(WireWriter out, int field) {
    out.writeTag(field, WireType.LENGTH_DELIMITED);
    return out.beginLength();
  }

  /// The SHA-256 of a value as the Collector takes it, in hex: a string's bytes, a boolean's one
  /// byte, eight little-endian bytes of a number; the empty text for everything else.
  static byte[] hash(byte[] bytes, AnyValueCursor value) {
    MessageDigest digest = sha256();
    byte[] number = new byte[Long.BYTES];
    switch (value.kind()) {
      case STRING -> digest.update(bytes, value.from(), value.to() - value.from());
      case BOOL -> digest.update((byte) (value.boolValue() ? 1 : 0));
      case INT -> {
        LONG.set(number, 0, value.intValue());
        digest.update(number);
      }
      case DOUBLE -> {
        LONG.set(number, 0, Double.doubleToRawLongBits(value.doubleValue()));
        digest.update(number);
      }
      case NONE, ARRAY, KVLIST, BYTES, STRING_INDEX -> {
        return ofString("");
      }
    }
    byte[] hex = Utf8.bytes(HexFormat.of().formatHex(digest.digest()));
    WireWriter out = new WireWriter(hex.length + 2);
    out.writeBytesField(1, hex, 0, hex.length);
    return out.toByteArray();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (every Java platform has it)", e);
    }
  }
}
