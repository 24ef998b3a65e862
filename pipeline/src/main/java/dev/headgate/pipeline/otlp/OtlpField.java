package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.wire.WireType;
import org.jspecify.annotations.Nullable;

/// One field of an OTLP message.
///
/// @param number the field number
/// @param jsonName the lowerCamelCase name of OTLP/JSON
/// @param message the message type of a MESSAGE field
/// @param repeated whether it may occur many times; repeated scalars are packed
/// @param oneof whether it is a member of its message's only oneof
public record OtlpField(
    int number,
    String jsonName,
    Kind kind,
    @Nullable OtlpMessage message,
    boolean repeated,
    boolean oneof) {

  /// The type of a field's value.
  public enum Kind {
    STRING(WireType.LENGTH_DELIMITED),
    BYTES(WireType.LENGTH_DELIMITED),
    /// A trace id of 16 bytes, hex in JSON.
    TRACE_ID(WireType.LENGTH_DELIMITED),
    /// A span id of 8 bytes, hex in JSON.
    SPAN_ID(WireType.LENGTH_DELIMITED),
    MESSAGE(WireType.LENGTH_DELIMITED),
    BOOL(WireType.VARINT),
    ENUM(WireType.VARINT),
    INT32(WireType.VARINT),
    SINT32(WireType.VARINT),
    UINT32(WireType.VARINT),
    INT64(WireType.VARINT),
    UINT64(WireType.VARINT),
    FIXED32(WireType.FIXED32),
    FIXED64(WireType.FIXED64),
    SFIXED64(WireType.FIXED64),
    DOUBLE(WireType.FIXED64);

    private final int wireType;

    Kind(int wireType) {
      this.wireType = wireType;
    }

    /// The wire type of one (unpacked) value.
    public int wireType() {
      return wireType;
    }
  }

  /// Whether values arrive packed into one length-delimited field.
  public boolean packed() {
    return repeated && kind.wireType != WireType.LENGTH_DELIMITED;
  }

  /// The wire type that a canonical encoder uses.
  public int wireType() {
    return repeated ? WireType.LENGTH_DELIMITED : kind.wireType();
  }
}
