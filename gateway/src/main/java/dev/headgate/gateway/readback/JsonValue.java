package dev.headgate.gateway.readback;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A value of JSON. What is not there is [#MISSING], so that a path through a document needs no
/// check at each step.
///
/// **Threading:** immutable; any thread.
///
/// @param text of a string, number or boolean; else empty
/// @param items of a list; else none
/// @param members of an object, in their order; else none
public record JsonValue(String text, List<JsonValue> items, Map<String, JsonValue> members) {
  /// Nothing.
  public static final JsonValue MISSING = new JsonValue("", List.of(), Map.of());

  private static final JsonFactory FACTORY = new JsonFactory();

  /// Reads a document.
  ///
  /// @throws IOException when it is no JSON
  public static JsonValue parse(byte[] document) throws IOException {
    try (JsonParser parser = FACTORY.createParser(document)) {
      return value(parser, parser.nextToken());
    }
  }

  /// Reads an object.
  ///
  /// @throws IOException when it is none
  public static JsonValue parseObject(byte[] document) throws IOException {
    try (JsonParser parser = FACTORY.createParser(document)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("answer: not a JSON object");
      }
      return value(parser, JsonToken.START_OBJECT);
    }
  }

  private static JsonValue value(JsonParser parser, JsonToken token) throws IOException {
    if (token == null) {
      throw new IOException("JSON ends too early");
    }
    return switch (token) {
      case START_ARRAY -> new JsonValue("", items(parser), Map.of());
      case START_OBJECT -> new JsonValue("", List.of(), members(parser));
      case VALUE_NULL -> MISSING;
      default -> new JsonValue(parser.getText(), List.of(), Map.of());
    };
  }

  private static List<JsonValue> items(JsonParser parser) throws IOException {
    List<JsonValue> items = new ArrayList<>();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      items.add(value(parser, next));
    }
    return List.copyOf(items);
  }

  private static Map<String, JsonValue> members(JsonParser parser) throws IOException {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      members.put(name, value(parser, parser.nextToken()));
    }
    return Collections.unmodifiableMap(members);
  }

  /// A member of an object.
  public JsonValue get(String name) {
    return members.getOrDefault(name, MISSING);
  }

  /// An item of a list.
  public JsonValue at(int index) {
    return index < items.size() ? items.get(index) : MISSING;
  }

  /// A finite number; 0 when it is none.
  public double number() {
    try {
      double number = Double.parseDouble(text);
      return Double.isFinite(number) ? number : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /// The texts of a list.
  public List<String> itemTexts() {
    return items.stream().map(JsonValue::text).toList();
  }

  /// The members of an object that holds texts.
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    members.forEach((name, value) -> texts.put(name, value.text));
    return texts;
  }
}
