package dev.headgate.pipeline.process.redaction;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.process.sanitize.Sanitizers;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What `cut_queries`, `mask_literals` and the sanitizers make of a message, by protobuf-java:
/// below each key, at whatever depth, and of bodies. How a text is read is for [Sanitizers] to say.
/// Names of spans are left alone.
final class KeyedTextsOracle {
  private final Sanitizers sanitizers;

  private final boolean ofLogs;

  KeyedTextsOracle(RedactionConfig config, Signal signal) {
    this.sanitizers =
        new Sanitizers(config.urlSanitizer(), config.dbSanitizer(), config.keyedTexts());
    this.ofLogs = signal == Signal.LOGS;
  }

  Message sanitize(Message message) {
    Message.Builder result = message.toBuilder();
    List<KeyValue> attributes = new ArrayList<>();
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (isKeyValues(field)) {
        attributes.addAll(entries(message, field));
      }
    }
    String system = system(attributes, "");
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (field.getJavaType() != JavaType.MESSAGE) {
        continue;
      }
      if (isKeyValues(field)) {
        result.clearField(field);
        for (KeyValue entry : entries(message, field)) {
          result.addRepeatedField(field, keyValue(entry, 0, system));
        }
      } else if (field.getMessageType().equals(AnyValue.getDescriptor())) {
        int roles = sanitizers.concernsBodies() ? Sanitizers.BODY : 0;
        result.setField(field, value((AnyValue) message.getField(field), roles, system));
      } else if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          Message child = (Message) message.getRepeatedField(field, i);
          result.setRepeatedField(field, i, sanitize(child));
        }
      } else {
        result.setField(field, sanitize((Message) message.getField(field)));
      }
    }
    return result.build();
  }

  private static boolean isKeyValues(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE
        && field.getMessageType().equals(KeyValue.getDescriptor());
  }

  private static List<KeyValue> entries(Message message, FieldDescriptor field) {
    List<KeyValue> entries = new ArrayList<>();
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      entries.add((KeyValue) message.getRepeatedField(field, i));
    }
    return entries;
  }

  private KeyValue keyValue(KeyValue entry, int outerRoles, String system) {
    if (!entry.hasValue()) {
      return entry;
    }
    int roles = outerRoles | sanitizers.roles(entry.getKey());
    return entry.toBuilder().setValue(value(entry.getValue(), roles, system)).build();
  }

  private AnyValue value(AnyValue value, int roles, String outerSystem) {
    AnyValue.Builder result = value.toBuilder();
    switch (value.getValueCase()) {
      case STRING_VALUE ->
          result.setStringValueBytes(text(value.getStringValueBytes(), roles, outerSystem));
      case BYTES_VALUE -> {
        ByteString bytes = value.getBytesValue();
        if (bytes.isValidUtf8()) {
          result.setBytesValue(text(bytes, roles, outerSystem));
        } else if (Sanitizers.areMasked(roles)) {
          result.setStringValue("?");
        } else if (Sanitizers.areCut(roles)) {
          result.setBytesValue(cut(bytes));
        }
      }
      case ARRAY_VALUE -> {
        for (AnyValue.Builder one : result.getArrayValueBuilder().getValuesBuilderList()) {
          AnyValue sanitized = value(one.build(), roles, outerSystem);
          one.clear().mergeFrom(sanitized);
        }
      }
      case KVLIST_VALUE -> {
        String system = system(value.getKvlistValue().getValuesList(), outerSystem);
        for (KeyValue.Builder one : result.getKvlistValueBuilder().getValuesBuilderList()) {
          KeyValue sanitized = keyValue(one.build(), roles, system);
          one.clear().mergeFrom(sanitized);
        }
      }
      default -> {
        // No text.
      }
    }
    return result.build();
  }

  private ByteString text(ByteString text, int roles, String system) {
    if (roles == 0) {
      return text;
    }
    byte[] url = sanitizers.url(roles, text.toByteArray());
    if (!Sanitizers.areStatements(roles)) {
      return ByteString.copyFrom(url);
    }
    boolean any = (roles & Sanitizers.BODY) != 0 && !Sanitizers.areMasked(roles);
    return ByteString.copyFrom(
        any
            ? sanitizers.bodyStatement(url)
            : sanitizers.statement(roles, url, system, ofLogs, true));
  }

  private static ByteString cut(ByteString url) {
    for (int i = 0; i < url.size(); i++) {
      if (url.byteAt(i) == '?' || url.byteAt(i) == '#') {
        return url.substring(0, i);
      }
    }
    return url;
  }

  private static String system(List<KeyValue> entries, String outer) {
    for (String key : List.of("db.system.name", "db.system")) {
      for (KeyValue entry : entries) {
        if (entry.getKey().equals(key)) {
          String system = entry.getValue().getStringValue().toLowerCase(Locale.ROOT);
          if (!system.isEmpty()) {
            return system;
          }
          break;
        }
      }
    }
    return outer;
  }
}
