package dev.headgate.bench.compare;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/// JSON objects as maps: what the generator and the sink print, and the rows that are kept.
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /// Reads an object. What is nested gets its path as key: `latency.p50`.
  ///
  /// @throws IllegalArgumentException if it is none
  static Map<String, Object> read(String text) {
    Map<String, Object> into = new LinkedHashMap<>();
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("JSON: " + text + " (expected: an object)");
      }
      readObject(parser, "", into);
    } catch (IOException e) {
      throw new IllegalArgumentException("JSON: " + text + " (expected: an object)", e);
    }
    return into;
  }

  private static void readObject(JsonParser parser, String path, Map<String, Object> into)
      throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = path + parser.currentName();
      switch (parser.nextToken()) {
        case START_OBJECT -> readObject(parser, key + ".", into);
        case START_ARRAY -> parser.skipChildren();
        case VALUE_NUMBER_INT -> into.put(key, parser.getLongValue());
        case VALUE_NUMBER_FLOAT -> into.put(key, parser.getDoubleValue());
        case VALUE_TRUE -> into.put(key, true);
        case VALUE_FALSE -> into.put(key, false);
        case VALUE_STRING -> into.put(key, parser.getText());
        default -> {} // null: as if it were not there
      }
    }
  }

  /// One line.
  static String write(Map<String, ?> object) {
    StringWriter line = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(line)) {
      writeValue(generator, object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toString();
  }

  private static void writeValue(JsonGenerator generator, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> object -> {
        generator.writeStartObject();
        for (Map.Entry<?, ?> entry : object.entrySet()) {
          generator.writeFieldName(String.valueOf(entry.getKey()));
          writeValue(generator, entry.getValue());
        }
        generator.writeEndObject();
      }
      case Collection<?> array -> {
        generator.writeStartArray();
        for (Object element : array) {
          writeValue(generator, element);
        }
        generator.writeEndArray();
      }
      case Long number -> generator.writeNumber(number);
      case Integer number -> generator.writeNumber(number);
      case Double number -> writeDouble(generator, number);
      case Boolean yes -> generator.writeBoolean(yes);
      default -> generator.writeString(value.toString());
    }
  }

  /* Six digits behind the point are more than any figure here is worth. */
  private static void writeDouble(JsonGenerator generator, double number) throws IOException {
    if (number == Math.rint(number)) {
      generator.writeNumber((long) number);
    } else {
      generator.writeNumber(Math.round(number * 1e6) / 1e6);
    }
  }
}
