package dev.headgate.pipeline.process.transform;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What statements mean, on protobuf-java's objects. Written from the Collector's functions without
/// a look at the bytes.
final class TransformModel {
  private TransformModel() {}

  /// A statement and its meaning for one message.
  record Step(String statement, UnaryOperator<Message> change) {}

  /// A request with the steps applied to each message of a context.
  static Message apply(Message request, String contextName, List<Step> steps) {
    return walk(
        request,
        types(contextName),
        message -> {
          Message changed = message;
          for (Step step : steps) {
            changed = step.change().apply(changed);
          }
          return changed;
        });
  }

  private static Set<String> types(String contextName) {
    return switch (contextName) {
      case "resource" -> Set.of("Resource");
      case "scope" -> Set.of("InstrumentationScope");
      case "span" -> Set.of("Span");
      case "spanevent" -> Set.of("Event");
      case "log" -> Set.of("LogRecord");
      default ->
          Set.of(
              "NumberDataPoint",
              "HistogramDataPoint",
              "ExponentialHistogramDataPoint",
              "SummaryDataPoint");
    };
  }

  private static Message walk(Message message, Set<String> types, UnaryOperator<Message> change) {
    if (types.contains(message.getDescriptorForType().getName())) {
      return change.apply(message);
    }
    Message.Builder builder = message.toBuilder();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE
          || field.getName().equals("body")) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          Message inner = (Message) message.getRepeatedField(field, i);
          builder.setRepeatedField(field, i, walk(inner, types, change));
        }
      } else if (message.hasField(field) || isEnvelopeOf(field, types)) {
        Message inner = (Message) message.getField(field);
        Message changed = walk(inner, types, change);
        if (!changed.equals(inner)) {
          builder.setField(field, changed);
        }
      }
    }
    return builder.build();
  }

  /* An absent resource or scope is one that is empty. */
  private static boolean isEnvelopeOf(FieldDescriptor field, Set<String> types) {
    return types.contains(field.getMessageType().getName());
  }

  /// Statements for a context.
  static List<Step> pool(String contextName) {
    List<Step> pool = new ArrayList<>();
    pool.add(step("set(attributes[\"a\"], \"x\")", set("a", text("x"))));
    pool.add(
        step(
            "set(attributes[\"a\"], 7) where attributes[\"a\"] != nil",
            m ->
                isNil(first(m, "a"))
                    ? m
                    : set("a", AnyValue.newBuilder().setIntValue(7).build()).apply(m)));
    pool.add(
        step(
            "set(attributes[\"copy\"], attributes[\"service.name\"])",
            m -> {
              AnyValue source = first(m, "service.name");
              return source == null || isNil(source) ? m : set("copy", bare(source)).apply(m);
            }));
    pool.add(step("set(attributes[\"deep\"][\"x\"][1], true)", set("deep", deep())));
    pool.add(step("delete_key(attributes, \"a\")", keep(key -> !key.equals("a"))));
    pool.add(
        step(
            "delete_matching_keys(attributes, \"pass|key\")", keep(key -> !find("pass|key", key))));
    pool.add(step("keep_matching_keys(attributes, \"^[a-s]\")", keep(key -> find("^[a-s]", key))));
    pool.add(
        step(
            "keep_keys(attributes, [\"a\", \"service.name\", \"é\", \"api_key\", \"copy\"])",
            keep(Set.of("a", "service.name", "é", "api_key", "copy")::contains)));
    pool.add(
        step(
            "replace_all_patterns(attributes, \"value\", \"[0-9]+|é\", \"<$0>\")",
            texts(t -> t.replaceAll("[0-9]+|é", "<$0>"))));
    pool.add(step("truncate_all(attributes, 5)", texts(t -> truncate(t, 5))));
    pool.add(step("limit(attributes, 2, [\"a\", \"é\"])", TransformModel::limit));
    pool.add(
        step("replace_all_patterns(attributes, \"key\", \"[0-9]+$\", \"\")", TransformModel::keys));
    if (contextName.equals("span")) {
      pool.add(
          step(
              "set(name, attributes[\"a\"])",
              m -> {
                AnyValue value = first(m, "a");
                return value == null || !value.hasStringValue()
                    ? m
                    : with(m, "name", value.getStringValue());
              }));
      pool.add(
          step(
              "replace_pattern(name, \"[a-z]+\", \"$$$0\")",
              m -> with(m, "name", get(m, "name").replaceAll("[a-z]+", "\\$$0"))));
    }
    return pool;
  }

  private static Step step(String statement, UnaryOperator<Message> change) {
    return new Step(statement, change);
  }

  private static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static boolean isNil(@Nullable AnyValue value) {
    return value == null
        || value.getValueCase() == AnyValue.ValueCase.VALUE_NOT_SET
        || value.getValueCase() == AnyValue.ValueCase.STRING_VALUE_STRINDEX;
  }

  /* The value without fields beside it that nobody knows. */
  private static AnyValue bare(AnyValue value) {
    AnyValue.Builder bare = value.toBuilder();
    bare.setUnknownFields(com.google.protobuf.UnknownFieldSet.getDefaultInstance());
    return bare.build();
  }

  private static AnyValue deep() {
    ArrayValue list =
        ArrayValue.newBuilder()
            .addValues(AnyValue.getDefaultInstance())
            .addValues(AnyValue.newBuilder().setBoolValue(true))
            .build();
    KeyValue member =
        KeyValue.newBuilder()
            .setKey("x")
            .setValue(AnyValue.newBuilder().setArrayValue(list))
            .build();
    return AnyValue.newBuilder()
        .setKvlistValue(KeyValueList.newBuilder().addValues(member))
        .build();
  }

  private static boolean find(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).find();
  }

  private static FieldDescriptor attributesOf(Message message) {
    return message.getDescriptorForType().findFieldByName("attributes");
  }

  private static List<KeyValue> attributes(Message message) {
    List<KeyValue> attributes = new ArrayList<>();
    FieldDescriptor field = attributesOf(message);
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      attributes.add((KeyValue) message.getRepeatedField(field, i));
    }
    return attributes;
  }

  private static Message withAttributes(Message message, List<KeyValue> attributes) {
    return message.toBuilder().setField(attributesOf(message), attributes).build();
  }

  private static @Nullable AnyValue first(Message message, String key) {
    for (KeyValue attribute : attributes(message)) {
      if (attribute.getKey().equals(key)) {
        return attribute.getValue();
      }
    }
    return null;
  }

  private static UnaryOperator<Message> set(String key, AnyValue value) {
    return message -> {
      List<KeyValue> attributes = attributes(message);
      boolean found = false;
      for (int i = 0; i < attributes.size(); i++) {
        if (attributes.get(i).getKey().equals(key)) {
          attributes.set(i, attributes.get(i).toBuilder().setValue(value).build());
          found = true;
        }
      }
      if (!found) {
        attributes.add(KeyValue.newBuilder().setKey(key).setValue(value).build());
      }
      return withAttributes(message, attributes);
    };
  }

  private static UnaryOperator<Message> keep(Predicate<String> keeps) {
    return message ->
        withAttributes(
            message, attributes(message).stream().filter(a -> keeps.test(a.getKey())).toList());
  }

  private static UnaryOperator<Message> texts(UnaryOperator<String> change) {
    return message ->
        withAttributes(
            message,
            attributes(message).stream()
                .map(attribute ->
                    attribute.getValue().hasStringValue()
                        ? attribute.toBuilder()
                            .setValue(
                                attribute.getValue().toBuilder()
                                    .setStringValue(
                                        change.apply(attribute.getValue().getStringValue())))
                            .build()
                        : attribute)
                .toList());
  }

  private static String truncate(String text, int limitBytes) {
    StringBuilder kept = new StringBuilder();
    int bytes = 0;
    for (int c : text.codePoints().toArray()) {
      bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      if (bytes > limitBytes) {
        break;
      }
      kept.appendCodePoint(c);
    }
    return kept.toString();
  }

  private static Message limit(Message message) {
    List<KeyValue> attributes = attributes(message);
    if (attributes.size() <= 2) {
      return message;
    }
    Set<String> first = Set.of("a", "é");
    long room = 2 - attributes.stream().filter(a -> first.contains(a.getKey())).count();
    List<KeyValue> kept = new ArrayList<>();
    for (KeyValue attribute : attributes) {
      if (first.contains(attribute.getKey()) || room-- > 0) {
        kept.add(attribute);
      }
    }
    return withAttributes(message, kept);
  }

  private static Message keys(Message message) {
    if (attributes(message).stream().noneMatch(a -> find("[0-9]+$", a.getKey()))) {
      return message;
    }
    Map<String, KeyValue> renamed = new LinkedHashMap<>();
    for (KeyValue attribute : attributes(message)) {
      String key = attribute.getKey().replaceAll("[0-9]+$", "");
      renamed.put(key, attribute.toBuilder().setKey(key).build());
    }
    return withAttributes(message, new ArrayList<>(renamed.values()));
  }

  private static String get(Message message, String field) {
    return (String) message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  private static Message with(Message message, String field, String value) {
    return message.toBuilder()
        .setField(message.getDescriptorForType().findFieldByName(field), value)
        .build();
  }
}
