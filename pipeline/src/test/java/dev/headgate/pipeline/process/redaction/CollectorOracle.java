package dev.headgate.pipeline.process.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Action;
import dev.headgate.config.RedactionConfig.Summary;
import dev.headgate.pipeline.otlp.AnyValueText;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What the Collector's redaction processor does, with protobuf-java's builders: the order of its
/// decisions, its masks and its summary. Masks and SHA-1 only; patterns must not use anchors.
final class CollectorOracle {
  private static final Set<String> OWNERS =
      Set.of(
          "Resource",
          "InstrumentationScope",
          "Span",
          "Event",
          "LogRecord",
          "NumberDataPoint",
          "HistogramDataPoint",
          "ExponentialHistogramDataPoint",
          "SummaryDataPoint");
  private static final Set<String> KEPT =
      Set.of(
          "redaction.redacted.keys",
          "redaction.redacted.count",
          "redaction.masked.keys",
          "redaction.masked.count",
          "redaction.ignored.count");

  private final RedactionConfig config;

  CollectorOracle(RedactionConfig config) {
    this.config = config;
  }

  Message redact(Message message) {
    Message.Builder result = message.toBuilder();
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (field.getJavaType() != JavaType.MESSAGE
          || field.getMessageType().getName().equals("KeyValue")
          || field.getMessageType().getName().equals("AnyValue")) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          result.setRepeatedField(field, i, redact((Message) message.getRepeatedField(field, i)));
        }
      } else {
        result.setField(field, redact((Message) message.getField(field)));
      }
    }
    String type = message.getDescriptorForType().getName();
    if (OWNERS.contains(type)) {
      owner(result, type.equals("LogRecord"));
    }
    return result.build();
  }

  private void owner(Message.Builder message, boolean isLog) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName("attributes");
    List<KeyValue> attributes = new ArrayList<>();
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      attributes.add((KeyValue) message.getRepeatedField(field, i));
    }
    Map<String, List<String>> told = new TreeMap<>();
    List<KeyValue> kept = new ArrayList<>();
    for (KeyValue attribute : attributes) {
      KeyValue after = attribute(attribute, told);
      if (after != null) {
        kept.add(after);
      }
    }
    tell(kept, told, "redaction.");
    FieldDescriptor body = message.getDescriptorForType().findFieldByName("body");
    if (isLog && message.hasField(body)) {
      told.clear();
      message.setField(body, body((AnyValue) message.getField(body), "", told));
      tell(kept, told, "redaction.body.");
    }
    message.clearField(field);
    kept.forEach(attribute -> message.addRepeatedField(field, attribute));
  }

  private KeyValue attribute(KeyValue attribute, Map<String, List<String>> told) {
    String key = attribute.getKey();
    if (ignored(key)) {
      told.computeIfAbsent("ignored", _ -> new ArrayList<>()).add(key);
      return attribute;
    }
    if (notAllowed(key)) {
      told.computeIfAbsent("redacted", _ -> new ArrayList<>()).add(key);
      return null;
    }
    String text =
        config.values().allTypes()
            ? asString(attribute.getValue())
            : attribute.getValue().getStringValue();
    if (find(config.values().allowed(), text)) {
      told.computeIfAbsent("allowed", _ -> new ArrayList<>()).add(key);
      return attribute;
    }
    String after = find(config.keys().blockedPatterns(), key) ? lines(text) : rewrite(text);
    if (find(config.keys().blockedPatterns(), key) || !after.equals(text)) {
      told.computeIfAbsent("masked", _ -> new ArrayList<>()).add(key);
      return KeyValue.newBuilder().setKey(key).setValue(string(after)).build();
    }
    return attribute;
  }

  private AnyValue body(AnyValue value, String path, Map<String, List<String>> told) {
    AnyValue.Builder result = value.toBuilder();
    if (value.hasKvlistValue()) {
      result.getKvlistValueBuilder().clearValues();
      for (KeyValue entry : value.getKvlistValue().getValuesList()) {
        String key = entry.getKey();
        String entryPath = path.isEmpty() ? key : path + "." + key;
        if (ignored(key)) {
          told.computeIfAbsent("ignored", _ -> new ArrayList<>()).add(entryPath);
          result.getKvlistValueBuilder().addValues(entry);
        } else if (notAllowed(key)) {
          told.computeIfAbsent("redacted", _ -> new ArrayList<>()).add(entryPath);
        } else if (find(config.keys().blockedPatterns(), key)) {
          told.computeIfAbsent("masked", _ -> new ArrayList<>()).add(entryPath);
          AnyValue masked = string(lines(entry.getValue().getStringValue()));
          result
              .getKvlistValueBuilder()
              .addValues(KeyValue.newBuilder().setKey(key).setValue(masked));
        } else {
          AnyValue after = body(entry.getValue(), entryPath, told);
          boolean same = after.equals(entry.getValue());
          boolean container = entry.getValue().hasArrayValue() || entry.getValue().hasKvlistValue();
          KeyValue.Builder changed =
              container ? entry.toBuilder() : KeyValue.newBuilder().setKey(key);
          result.getKvlistValueBuilder().addValues(same ? entry : changed.setValue(after).build());
        }
      }
      return result.build();
    }
    if (value.hasArrayValue()) {
      for (int i = 0; i < value.getArrayValue().getValuesCount(); i++) {
        String elementPath = (path.isEmpty() ? "" : path + ".") + "[" + i + "]";
        result
            .getArrayValueBuilder()
            .setValues(i, body(value.getArrayValue().getValues(i), elementPath, told));
      }
      return result.build();
    }
    String text = asString(value);
    if (find(config.values().allowed(), text)) {
      if (!path.isEmpty()) {
        told.computeIfAbsent("allowed", _ -> new ArrayList<>()).add(path);
      }
      return value;
    }
    String after = rewrite(text);
    if (after.equals(text)) {
      return value;
    }
    told.computeIfAbsent("masked", _ -> new ArrayList<>()).add(path.isEmpty() ? "body" : path);
    return string(after);
  }

  private void tell(List<KeyValue> attributes, Map<String, List<String>> told, String prefix) {
    for (String kind : List.of("redacted", "masked", "allowed", "ignored")) {
      List<String> keys = told.get(kind);
      if (keys == null) {
        continue;
      }
      long count = keys.size();
      if (config.summary() == Summary.DEBUG && !kind.equals("ignored")) {
        String name = prefix + kind + ".keys";
        List<String> sorted = new ArrayList<>(keys);
        String earlier = get(attributes, name).getStringValue();
        if (!earlier.isEmpty()) {
          sorted.addAll(List.of(earlier.split(",", -1)));
        }
        Collections.sort(sorted);
        put(attributes, name, string(String.join(",", sorted)));
      }
      if (config.summary() != Summary.SILENT) {
        String name = prefix + kind + ".count";
        long earlier = get(attributes, name).getIntValue();
        put(attributes, name, AnyValue.newBuilder().setIntValue(count + earlier).build());
      }
    }
  }

  private static AnyValue get(List<KeyValue> attributes, String key) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .findFirst()
        .map(KeyValue::getValue)
        .orElse(AnyValue.getDefaultInstance());
  }

  private static void put(List<KeyValue> attributes, String key, AnyValue value) {
    KeyValue attribute = KeyValue.newBuilder().setKey(key).setValue(value).build();
    for (int i = 0; i < attributes.size(); i++) {
      if (attributes.get(i).getKey().equals(key)) {
        attributes.set(i, attribute);
        return;
      }
    }
    attributes.add(attribute);
  }

  private boolean ignored(String key) {
    return config.keys().ignored().contains(key) || find(config.keys().ignoredPatterns(), key);
  }

  private boolean notAllowed(String key) {
    return !config.keys().allowAll()
        && !config.keys().allowed().contains(key)
        && !KEPT.contains(key);
  }

  private static boolean find(List<String> patterns, String text) {
    return patterns.stream().anyMatch(pattern -> Pattern.compile(pattern).matcher(text).find());
  }

  private String lines(String text) {
    List<String> lines = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      lines.add(mask(line));
    }
    return String.join("\n", lines);
  }

  private String rewrite(String text) {
    String current = text;
    for (String pattern : config.values().blocked()) {
      Matcher matcher = Pattern.compile(pattern).matcher(current);
      StringBuilder out = new StringBuilder();
      int copied = 0;
      while (matcher.find()) {
        out.append(current, copied, matcher.start()).append(mask(matcher.group()));
        copied = matcher.end();
      }
      current = out.append(current.substring(copied)).toString();
    }
    return current;
  }

  private String mask(String text) {
    if (config.action() == Action.MASK) {
      return config.replacement();
    }
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String asString(AnyValue value) {
    byte[] bytes = value.toByteArray();
    return AnyValueText.of(bytes, 0, bytes.length);
  }

  private static AnyValue string(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }
}
