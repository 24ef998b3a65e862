package dev.headgate.pipeline.process.attributes;

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
  static byte[] of(Object value) {
    WireWriter out = new WireWriter(16);
    switch (value) {
      case String text -> {
        return ofString(text);
      }
      case Boolean truth -> {
        out.writeTag(2, WireType.VARINT);
        out.writeVarint(truth ? 1 : 0);
      }
      case Long number -> {
        out.writeTag(3, WireType.VARINT);
        out.writeVarint(number);
      }
      case Double number -> {
        out.writeTag(4, WireType.FIXED64);
        out.writeFixed64(Double.doubleToRawLongBits(number));
      }
      default ->
          throw new IllegalArgumentException(
              "value of type "
                  + value.getClass().getSimpleName()
                  + " (expected: String, Boolean, Long or Double)");
    }
    return out.toByteArray();
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
