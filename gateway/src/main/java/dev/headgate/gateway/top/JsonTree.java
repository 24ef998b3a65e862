package dev.headgate.gateway.top;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A JSON object to look things up in; what is absent or of another type is empty.
///
/// **Threading:** immutable.
public final class JsonTree {
  private final Map<String, Object> fields;

  private JsonTree(Map<String, Object> fields) {
    this.fields = fields;
  }

  /// Reads an object.
  ///
  /// @throws IOException when it is none
  public static JsonTree parse(byte[] json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("answer: not a JSON object");
      }
      return object(parser);
    }
  }

  private static JsonTree object(JsonParser parser) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, value(parser));
    }
    return new JsonTree(fields);
  }

  private static Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return object(parser);
    }
    if (token == JsonToken.START_ARRAY) {
      List<Object> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(value(parser));
      }
      return items;
    }
    if (token.isNumeric()) {
      return parser.getDoubleValue();
    }
    return token == JsonToken.VALUE_NULL ? "" : parser.getText();
  }

  /// The names of the fields, in their order.
  public List<String> names() {
    return List.copyOf(fields.keySet());
  }

  /// An object.
  public JsonTree in(String name) {
    return fields.get(name) instanceof JsonTree tree ? tree : new JsonTree(Map.of());
  }

  /// The objects of a list.
  public List<JsonTree> list(String name) {
    List<JsonTree> result = new ArrayList<>();
    if (fields.get(name) instanceof List<?> items) {
      for (Object item : items) {
        if (item instanceof JsonTree tree) {
          result.add(tree);
        }
      }
    }
    return result;
  }

  /// The texts of a list.
  public List<String> texts(String name) {
    List<String> result = new ArrayList<>();
    if (fields.get(name) instanceof List<?> items) {
      items.forEach(item -> result.add(item.toString()));
    }
    return result;
  }

  /// A text.
  public String text(String name) {
    Object value = fields.get(name);
    return value instanceof String text ? text : "";
  }

  /// A number.
  public double number(String name) {
    return fields.get(name) instanceof Double number ? number : 0;
  }
}
