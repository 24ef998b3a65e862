package dev.headgate.pipeline.process.attributes;

import dev.headgate.config.AttributeValue;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AnyValueText;
import dev.headgate.pipeline.process.GoNumbers;
import dev.headgate.pipeline.wire.Utf8;
import org.jspecify.annotations.Nullable;

/// Values in another type, as the Collector's `convert` makes them. Null = the value stays.
final class Conversions {
  private static final byte[] ZERO = Values.of(new AttributeValue.Whole(0));
  private static final byte[] ONE = Values.of(new AttributeValue.Whole(1));
  private static final byte[] ZERO_DOUBLE = Values.of(new AttributeValue.Decimal(0));
  private static final byte[] ONE_DOUBLE = Values.of(new AttributeValue.Decimal(1));

  private Conversions() {}

  /// A value as text.
  static byte @Nullable [] toText(byte[] bytes, int from, int to, AnyValueCursor value) {
    return value.kind() == AnyValueCursor.Kind.STRING
        ? null
        : Values.ofString(AnyValueText.of(bytes, from, to));
  }

  /// A value as whole number.
  static byte @Nullable [] toInt(byte[] bytes, AnyValueCursor value) {
    return switch (value.kind()) {
      case BOOL -> value.boolValue() ? ONE : ZERO;
      case DOUBLE -> Values.of(new AttributeValue.Whole(truncated(value.doubleValue())));
      case STRING -> {
        Long number = GoNumbers.parseInt(Utf8.text(bytes, value.from(), value.to()));
        yield number == null ? null : Values.of(new AttributeValue.Whole(number));
      }
      case INT, NONE, ARRAY, KVLIST, BYTES, STRING_INDEX -> null;
    };
  }

  /* Go leaves open what becomes of a number beyond 64 bits; on amd64 it is the least one. */
  private static long truncated(double value) {
    boolean fits = value >= -0x1p63 && value < 0x1p63;
    return fits ? (long) value : Long.MIN_VALUE;
  }

  /// A value as number.
  static byte @Nullable [] toDouble(byte[] bytes, AnyValueCursor value) {
    return switch (value.kind()) {
      case BOOL -> value.boolValue() ? ONE_DOUBLE : ZERO_DOUBLE;
      case INT -> Values.of(new AttributeValue.Decimal((double) value.intValue()));
      case STRING -> {
        Double number = GoNumbers.parseFloat(Utf8.text(bytes, value.from(), value.to()));
        yield number == null ? null : Values.of(new AttributeValue.Decimal(number));
      }
      case DOUBLE, NONE, ARRAY, KVLIST, BYTES, STRING_INDEX -> null;
    };
  }
}
