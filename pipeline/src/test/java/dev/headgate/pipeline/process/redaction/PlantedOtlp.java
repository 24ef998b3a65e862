package dev.headgate.pipeline.process.redaction;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.RandomOtlp;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;

/// Requests with a text planted in one place each: every string, bytes and unknown field that a
/// walk over the proto descriptors comes to.
final class PlantedOtlp {
  private static final int MAX_CONTAINERS = 2;

  private final String planted;

  PlantedOtlp(String planted) {
    this.planted = planted;
  }

  /// One request for every place.
  List<Message> requests(Signal signal) {
    return plant(RandomOtlp.prototype(signal), 0);
  }

  private List<Message> plant(Message prototype, int containers) {
    Descriptor type = prototype.getDescriptorForType();
    List<Message> all = new ArrayList<>();
    ByteString bytes = ByteString.copyFromUtf8(planted);
    UnknownFieldSet.Field unknown =
        UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build();
    all.add(
        base(prototype)
            .setUnknownFields(UnknownFieldSet.newBuilder().addField(777, unknown).build())
            .build());
    for (FieldDescriptor field : type.getFields()) {
      switch (field.getJavaType()) {
        case STRING -> all.add(with(prototype, field, planted));
        case BYTE_STRING -> {
          all.add(with(prototype, field, bytes));
          byte[] broken = {(byte) 0xe2, (byte) 0x82};
          all.add(with(prototype, field, ByteString.copyFrom(broken).concat(bytes)));
        }
        case MESSAGE -> {
          boolean container = field.getName().matches("array_value|kvlist_value");
          if (!container || containers < MAX_CONTAINERS) {
            Message child = prototype.newBuilderForType().newBuilderForField(field).build();
            for (Message inner : plant(child, containers + (container ? 1 : 0))) {
              all.add(with(prototype, field, inner));
            }
          }
        }
        case INT, LONG, FLOAT, DOUBLE, BOOLEAN, ENUM -> {}
      }
    }
    return all;
  }

  private static Message with(Message prototype, FieldDescriptor field, Object value) {
    Message.Builder builder = base(prototype);
    if (field.isRepeated()) {
      return builder.addRepeatedField(field, value).build();
    }
    return builder.setField(field, value).build();
  }

  private static Message.Builder base(Message prototype) {
    Message.Builder builder = prototype.newBuilderForType();
    FieldDescriptor key = builder.getDescriptorForType().findFieldByName("key");
    if (key != null) {
      builder.setField(key, "some.key");
    }
    if (builder instanceof Span.Builder span) { // as encoders write it, see SpanHead
      span.setTraceId(ByteString.copyFrom(new byte[16]))
          .setSpanId(ByteString.copyFrom(new byte[8]));
    }
    return builder;
  }

  /// A value inside this many lists or maps.
  AnyValue nested(int levels, boolean maps) {
    AnyValue value = AnyValue.newBuilder().setStringValue("see " + planted).build();
    for (int i = 0; i < levels; i++) {
      AnyValue.Builder outer = AnyValue.newBuilder();
      if (maps) {
        KeyValue entry = KeyValue.newBuilder().setKey("k" + i).setValue(value).build();
        outer.setKvlistValue(KeyValueList.newBuilder().addValues(entry));
      } else {
        outer.setArrayValue(ArrayValue.newBuilder().addValues(value));
      }
      value = outer.build();
    }
    return value;
  }
}
