package dev.headgate.pipeline.process.redaction;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Action;
import dev.headgate.pipeline.otlp.AnyValueText;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The redaction of a request with protobuf-java's builders, walked by descriptors: what the
/// processor on bytes must come to. Patterns must not use anchors.
final class RedactionOracle {
  private final RedactionConfig config;

  /// Hits by `rule place`.
  final Map<String, Integer> hits = new TreeMap<>();

  RedactionOracle(RedactionConfig config) {
    this.config = config;
  }

  Message redact(Message message) {
    String type = message.getDescriptorForType().getName();
    Message.Builder result = message.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.getJavaType() == JavaType.MESSAGE) {
        redactMessages(result, field, type);
      } else if (field.getJavaType() == JavaType.STRING) {
        String place = placeOfText(type, field.getName());
        if (field.isRepeated()) {
          for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
            String text = (String) message.getRepeatedField(field, i);
            result.setRepeatedField(field, i, removableText(text, place, false).orElseThrow());
          }
        } else {
          String text = (String) entry.getValue();
          result.setField(field, removableText(text, place, false).orElseThrow());
        }
      } else if (field.getJavaType() == JavaType.BYTE_STRING) {
        ByteString id = (ByteString) entry.getValue();
        int length = field.getName().equals("trace_id") ? 16 : 8;
        if (id.size() != length && matchesRaw(id)) {
          result.clearField(field);
        }
      }
    }
    return result.setUnknownFields(unknown(message.getUnknownFields())).build();
  }

  private void redactMessages(Message.Builder result, FieldDescriptor field, String type) {
    String child = field.getMessageType().getName();
    if (child.equals("KeyValue")) {
      List<KeyValue> kept = new ArrayList<>();
      for (int i = 0; i < result.getRepeatedFieldCount(field); i++) {
        KeyValue attribute = (KeyValue) result.getRepeatedField(field, i);
        attribute(attribute, placeOfAttributes(type), true).ifPresent(kept::add);
      }
      result.clearField(field);
      kept.forEach(attribute -> result.addRepeatedField(field, attribute));
    } else if (child.equals("AnyValue")) {
      AnyValue body = (AnyValue) result.getField(field);
      result.setField(field, value(body, "log_body", false).orElseThrow());
    } else {
      if (field.isRepeated()) {
        for (int i = 0; i < result.getRepeatedFieldCount(field); i++) {
          result.setRepeatedField(field, i, redact((Message) result.getRepeatedField(field, i)));
        }
      } else {
        result.setField(field, redact((Message) result.getField(field)));
      }
    }
  }

  private Optional<KeyValue> attribute(KeyValue attribute, String place, boolean top) {
    String key = attribute.getKey();
    if (config.keys().ignored().contains(key)) {
      return Optional.of(attribute);
    }
    boolean judged = top || place.equals("log_body");
    if (judged && !config.keys().allowAll() && !config.keys().allowed().contains(key)) {
      hit("allowed_keys", place);
      return Optional.empty();
    }
    String rule = blockedBy(key);
    boolean secretKey = config.values().blocked().stream().anyMatch(p -> find(p, key));
    if (rule != null) {
      hit(rule, place);
      if (config.action() == Action.DELETE) {
        return Optional.empty();
      }
      return Optional.of(
          KeyValue.newBuilder()
              .setKey(secretKey ? rewriteKey(key, place) : key)
              .setValue(text(replacement(attribute.getValue())))
              .build());
    }
    KeyValue.Builder result = attribute.toBuilder();
    boolean removed = false;
    if (secretKey && config.action() == Action.DELETE) {
      hit("blocked_values:" + firstMatch(key), place);
      removed = true;
    } else if (secretKey) {
      result.setKey(rewriteKey(key, place));
    }
    if (attribute.hasValue()) {
      Optional<AnyValue> value = value(attribute.getValue(), place, true);
      removed |= value.isEmpty();
      value.ifPresent(result::setValue);
    }
    result.setUnknownFields(unknown(attribute.getUnknownFields()));
    return removed ? Optional.empty() : Optional.of(result.build());
  }

  private Optional<AnyValue> value(AnyValue value, String place, boolean removable) {
    AnyValue.Builder result = value.toBuilder();
    boolean removed = false;
    switch (value.getValueCase()) {
      case STRING_VALUE -> {
        Optional<String> text = removableText(value.getStringValue(), place, removable);
        removed = text.isEmpty();
        text.ifPresent(result::setStringValue);
      }
      case BYTES_VALUE -> {
        removed = bytes(value, place, removable, result);
      }
      case ARRAY_VALUE -> {
        ArrayValue.Builder array = value.getArrayValue().toBuilder();
        for (int i = 0; i < array.getValuesCount(); i++) {
          Optional<AnyValue> element = value(array.getValues(i), place, removable);
          removed |= element.isEmpty();
          if (element.isPresent()) {
            array.setValues(i, element.get());
          }
        }
        array.setUnknownFields(unknown(array.getUnknownFields()));
        result.setArrayValue(array);
      }
      case KVLIST_VALUE -> {
        KeyValueList.Builder map = value.getKvlistValue().toBuilder();
        map.clearValues();
        for (KeyValue entry : value.getKvlistValue().getValuesList()) {
          attribute(entry, place, false).ifPresent(map::addValues);
        }
        map.setUnknownFields(unknown(map.getUnknownFields()));
        result.setKvlistValue(map);
      }
      case BOOL_VALUE, INT_VALUE, DOUBLE_VALUE -> {
        if (place.equals("log_body") || config.values().allTypes()) {
          byte[] bytes = value.toByteArray();
          String before = AnyValueText.of(bytes, 0, bytes.length);
          Optional<String> text = removableText(before, place, removable);
          removed = text.isEmpty();
          text.filter(after -> !after.equals(before)).ifPresent(result::setStringValue);
        }
      }
      default -> {}
    }
    result.setUnknownFields(unknown(value.getUnknownFields()));
    return removed ? Optional.empty() : Optional.of(result.build());
  }

  private boolean bytes(AnyValue value, String place, boolean removable, AnyValue.Builder result) {
    ByteString bytes = value.getBytesValue();
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
      Optional<String> rewritten = removableText(text, place, removable);
      rewritten.ifPresent(changed -> result.setBytesValue(ByteString.copyFromUtf8(changed)));
      return rewritten.isEmpty();
    } catch (CharacterCodingException e) {
      int rule = firstMatchRaw(bytes);
      if (rule < 0) {
        return false;
      }
      hit("blocked_values:" + rule, place);
      if (config.action() == Action.DELETE && removable) {
        return true;
      }
      result.setStringValue(replacement(AnyValue.newBuilder().setBytesValue(bytes).build()));
      return false;
    }
  }

  private Optional<String> removableText(String text, String place, boolean removable) {
    if (config.values().allowed().stream().anyMatch(pattern -> find(pattern, text))) {
      return Optional.of(text);
    }
    if (config.action() != Action.DELETE || !removable) {
      return Optional.of(rewrite(text, place));
    }
    int rule = firstMatch(text);
    if (rule < 0) {
      return Optional.of(text);
    }
    hit("blocked_values:" + rule, place);
    return Optional.empty();
  }

  private UnknownFieldSet unknown(UnknownFieldSet fields) {
    UnknownFieldSet.Builder result = UnknownFieldSet.newBuilder();
    fields
        .asMap()
        .forEach((number, field) -> {
          UnknownFieldSet.Field built = withoutSecrets(field).build();
          if (!built.equals(UnknownFieldSet.Field.getDefaultInstance())) {
            result.addField(number, built);
          }
        });
    return result.build();
  }

  private UnknownFieldSet.Field.Builder withoutSecrets(UnknownFieldSet.Field field) {
    UnknownFieldSet.Field.Builder kept = UnknownFieldSet.Field.newBuilder();
    field.getVarintList().forEach(kept::addVarint);
    field.getFixed32List().forEach(kept::addFixed32);
    field.getFixed64List().forEach(kept::addFixed64);
    for (ByteString bytes : field.getLengthDelimitedList()) {
      if (!matchesRaw(bytes)) {
        kept.addLengthDelimited(bytes);
      }
    }
    return kept;
  }

  private boolean matchesRaw(ByteString bytes) {
    int rule = firstMatchRaw(bytes);
    if (rule >= 0) {
      hit("blocked_values:" + rule, "unknown");
    }
    return rule >= 0;
  }

  private String rewriteKey(String key, String place) {
    String rewritten = rewrite(key, place);
    return rewritten.isEmpty() ? "****" : rewritten;
  }

  private String rewrite(String text, String place) {
    String current = text;
    int maxChars = text.getBytes(UTF_8).length * 8 + 256;
    for (int rule = 0; rule < config.values().blocked().size(); rule++) {
      Matcher matcher = Pattern.compile(config.values().blocked().get(rule)).matcher(current);
      StringBuilder out = new StringBuilder();
      int copied = 0;
      boolean overgrown = false;
      while (!overgrown && matcher.find()) {
        out.append(current, copied, matcher.start());
        out.append(
            config.action() == Action.HASH
                ? hmac(matcher.group().getBytes(UTF_8))
                : config.replacement());
        copied = matcher.end();
        overgrown = out.length() > maxChars;
      }
      if (copied > 0) {
        hit("blocked_values:" + rule, place);
        out.append(current, copied, current.length());
        current = overgrown ? "[REDACTED]" : out.toString();
      }
    }
    return current;
  }

  private String replacement(AnyValue value) {
    if (config.action() != Action.HASH) {
      return config.replacement();
    }
    return switch (value.getValueCase()) {
      case STRING_VALUE -> hmac(value.getStringValue().getBytes(UTF_8));
      case BYTES_VALUE -> hmac(value.getBytesValue().toByteArray());
      default -> {
        byte[] bytes = value.toByteArray();
        yield hmac(AnyValueText.of(bytes, 0, bytes.length).getBytes(UTF_8));
      }
    };
  }

  private String hmac(byte[] value) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(config.hashing().key().reveal().getBytes(UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(value));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private int firstMatch(String text) {
    for (int rule = 0; rule < config.values().blocked().size(); rule++) {
      if (find(config.values().blocked().get(rule), text)) {
        return rule;
      }
    }
    return -1;
  }

  /** Bytes as characters of their own, and so the bytes of the pattern. */
  private int firstMatchRaw(ByteString bytes) {
    for (int rule = 0; rule < config.values().blocked().size(); rule++) {
      String pattern = new String(config.values().blocked().get(rule).getBytes(UTF_8), ISO_8859_1);
      if (find(pattern, bytes.toString(ISO_8859_1))) {
        return rule;
      }
    }
    return -1;
  }

  private static boolean find(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).find();
  }

  private String blockedBy(String key) {
    for (int i = 0; i < config.keys().blockedPatterns().size(); i++) {
      if (find(config.keys().blockedPatterns().get(i), key)) {
        return "blocked_key_patterns:" + i;
      }
    }
    for (String glob : config.keys().blocked()) {
      if (find(quoted(glob), key)
          || glob.startsWith("*.") && find(quoted(glob.substring(2)), key)) {
        return "blocked_keys:" + glob;
      }
    }
    return null;
  }

  private static String quoted(String glob) {
    StringBuilder regex = new StringBuilder("(?is)^");
    for (String part : glob.split("(?=\\*)|(?<=\\*)")) {
      regex.append(part.equals("*") ? ".*" : Pattern.quote(part));
    }
    return regex.append('$').toString();
  }

  private void hit(String rule, String place) {
    hits.merge(rule + " " + place, 1, Integer::sum);
  }

  private static String placeOfAttributes(String type) {
    return switch (type) {
      case "Resource" -> "resource";
      case "InstrumentationScope" -> "scope";
      case "Span" -> "span";
      case "Event" -> "span_event";
      case "Link" -> "span_link";
      case "LogRecord" -> "log";
      case "Metric" -> "metric_metadata";
      case "Exemplar" -> "exemplar";
      default -> "data_point";
    };
  }

  private static String placeOfText(String type, String field) {
    return switch (type + "." + field) {
      case "EntityRef.schema_url" -> "entity_ref";
      case "InstrumentationScope.name", "InstrumentationScope.version" -> "scope_name";
      case "Span.name" -> "span_name";
      case "Span.trace_state", "Link.trace_state" -> "trace_state";
      case "Event.name", "LogRecord.event_name" -> "event_name";
      case "Status.message" -> "status_message";
      case "LogRecord.severity_text" -> "severity_text";
      default ->
          field.equals("schema_url")
              ? "schema_url"
              : type.equals("Metric") ? "metric_text" : "entity_ref";
    };
  }

  private static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }
}
