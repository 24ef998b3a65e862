package dev.headgate.pipeline.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FieldDescriptor.Type;
import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Random requests made from the protobuf descriptors, and their OTLP/JSON in random legal
/// spellings: the independent side of the differential tests.
final class JsonSamples {
  private static final String[] TEXTS = {
    "",
    "a",
    "plain text of more than eight bytes",
    "quote\" back\\slash /",
    "\0\u0001\t\n\r\b\f\u001f",
    "\u007f\u0085\u2028\u2029",
    "żółć",
    "日本語テキスト",
    "😀 and 🏳️‍🌈",
    "\ud7ff\ue000\uffff",
    "x".repeat(300)
  };
  private static final long[] LONGS = {
    0,
    1,
    -1,
    42,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    (1L << 53) + 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1_700_000_000_123_456_789L
  };
  private static final double[] DOUBLES = {
    0,
    -0.0,
    1,
    -1.5,
    0.1,
    1e-7,
    123456.789,
    1e22,
    1e23,
    Double.MAX_VALUE,
    Double.MIN_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    9007199254740993.0
  };
  private static final int MAX_DEPTH = 16;

  private final Random random;

  JsonSamples(long seed) {
    this.random = new Random(seed);
  }

  static Message parse(Signal signal, byte[] request) {
    try {
      return switch (signal) {
        case TRACES -> ExportTraceServiceRequest.parseFrom(request);
        case LOGS -> ExportLogsServiceRequest.parseFrom(request);
        case METRICS -> ExportMetricsServiceRequest.parseFrom(request);
      };
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  Message request(Signal signal) {
    return fill(parse(signal, new byte[0]).toBuilder(), 0);
  }

  private Message fill(Message.Builder builder, int depth) {
    Descriptor type = builder.getDescriptorForType();
    type.getRealOneofs()
        .forEach(oneof -> {
          FieldDescriptor field = oneof.getField(random.nextInt(oneof.getFieldCount()));
          if (random.nextInt(10) > 0
              && (depth < MAX_DEPTH || field.getJavaType() != JavaType.MESSAGE)) {
            builder.setField(field, value(builder, field, depth));
          }
        });
    for (FieldDescriptor field : type.getFields()) {
      if (field.getRealContainingOneof() != null
          || (depth >= MAX_DEPTH && field.getJavaType() == JavaType.MESSAGE)) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = random.nextInt(depth < 6 ? 3 : 2); i > 0; i--) {
          builder.addRepeatedField(field, value(builder, field, depth));
        }
      } else if (random.nextInt(3) > 0) {
        builder.setField(field, value(builder, field, depth));
      }
    }
    return builder.build();
  }

  private Object value(Message.Builder owner, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case MESSAGE -> fill(owner.newBuilderForField(field), depth + 1);
      case STRING -> TEXTS[random.nextInt(TEXTS.length)];
      case BYTE_STRING -> bytes(field);
      case BOOLEAN -> random.nextBoolean();
      case DOUBLE -> DOUBLES[random.nextInt(DOUBLES.length)];
      case FLOAT -> throw new AssertionError(field);
      case LONG -> LONGS[random.nextInt(LONGS.length)];
      case INT -> (int) LONGS[random.nextInt(LONGS.length)];
      case ENUM ->
          random.nextInt(5) == 0
              ? field.getEnumType().findValueByNumberCreatingIfUnknown(77)
              : field
                  .getEnumType()
                  .getValues()
                  .get(random.nextInt(field.getEnumType().getValues().size()));
    };
  }

  private ByteString bytes(FieldDescriptor field) {
    int length = random.nextInt(40);
    if (isId(field)) {
      length = random.nextInt(4) == 0 ? 0 : field.getName().equals("trace_id") ? 16 : 8;
    }
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private static boolean isId(FieldDescriptor field) {
    return field.getName().endsWith("trace_id") || field.getName().endsWith("span_id");
  }

  /// One of the many legal spellings of a request.
  byte[] json(Message message) {
    StringBuilder out = new StringBuilder();
    write(message, out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void write(Message message, StringBuilder out) {
    List<Map.Entry<FieldDescriptor, Object>> fields = new ArrayList<>();
    message.getAllFields().forEach((field, value) -> fields.add(Map.entry(field, value)));
    Collections.shuffle(fields, random);
    out.append('{');
    String comma = "";
    for (Map.Entry<FieldDescriptor, Object> entry : fields) {
      out.append(comma).append(space());
      noise(out);
      FieldDescriptor field = entry.getKey();
      out.append(string(field.getJsonName())).append(space()).append(':').append(space());
      if (field.isRepeated()) {
        out.append('[');
        String separator = "";
        for (Object element : (List<?>) entry.getValue()) {
          out.append(separator).append(space());
          value(field, element, out);
          separator = ",";
        }
        out.append(space()).append(']');
      } else {
        value(field, entry.getValue(), out);
      }
      comma = ",";
    }
    out.append(space()).append('}');
  }

  private void noise(StringBuilder out) {
    switch (random.nextInt(12)) {
      case 0 -> out.append("\"trace_id\":\"no\", ");
      case 1 -> out.append("\"zz\":{\"a\":[1,-2.5e+7,{\"b\":[]},\"\\\"]}\"],\"a\":null},");
      case 2 -> out.append("\"\":true,\"zz\": false ,");
      default -> {}
    }
  }

  private String space() {
    return random.nextInt(8) == 0 ? " \t\r\n".substring(random.nextInt(4)) : "";
  }

  private void value(FieldDescriptor field, Object value, StringBuilder out) {
    switch (field.getJavaType()) {
      case MESSAGE -> write((Message) value, out);
      case STRING -> out.append(string((String) value));
      case BYTE_STRING -> out.append(string(bytes(field, ((ByteString) value).toByteArray())));
      case BOOLEAN -> out.append(value);
      case ENUM -> out.append(((EnumValueDescriptor) value).getNumber());
      case DOUBLE, FLOAT -> number((double) value, out);
      case LONG ->
          quoteOrNot(
              field.getType() == Type.FIXED64 || field.getType() == Type.UINT64
                  ? Long.toUnsignedString((long) value)
                  : value.toString(),
              out);
      case INT ->
          quoteOrNot(
              field.getType() == Type.FIXED32 || field.getType() == Type.UINT32
                  ? Integer.toUnsignedString((int) value)
                  : value.toString(),
              out);
    }
  }

  private void number(double value, StringBuilder out) {
    if (Double.isFinite(value)) {
      quoteOrNot(Double.toString(value), out);
    } else {
      out.append(string(Double.toString(value)));
    }
  }

  private void quoteOrNot(String number, StringBuilder out) {
    out.append(random.nextBoolean() ? number : string(number));
  }

  private String bytes(FieldDescriptor field, byte[] value) {
    if (isId(field)) {
      String hex = HexFormat.of().formatHex(value);
      return random.nextBoolean() ? hex : hex.toUpperCase(java.util.Locale.ROOT);
    }
    Base64.Encoder encoder = random.nextBoolean() ? Base64.getEncoder() : Base64.getUrlEncoder();
    return (random.nextBoolean() ? encoder : encoder.withoutPadding()).encodeToString(value);
  }

  private String string(String value) {
    StringBuilder out = new StringBuilder("\"");
    boolean escapeAll = random.nextInt(10) == 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || escapeAll) {
        out.append(String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
