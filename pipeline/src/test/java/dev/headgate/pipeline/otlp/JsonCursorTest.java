package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The cursor against Jackson: both must take the same texts and read the same strings and numbers.
class JsonCursorTest {
  private static final String[] SEEDS = {
    "{\"a\":[1,-2.5e+10,0.1,true,false,null],\"b\":{\"c\":\"x\\n\\u0041\\\"\"},\"d\":\"\"}",
    "[[],{},[{}],\"12345678\\\\12345678\",0,-0,10,1E5,{\"\":{\"\":[\"\"]}}]",
    " { \"key\" : \"a longer value with \\t escapes / and more\" , \"n\" : [ 1 , 2 ] } ",
    "\"\\ud83d\\ude00 \\b\\f\\r\\/ end\""
  };
  private static final String ALPHABET =
      "{}[]:,\"\\/bfnrtu0123456789+-.eE truefalsn\t\n\u0001\u007f";

  private final JsonFactory jackson =
      JsonFactory.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();
  private final JsonCursor cursor = new JsonCursor(140, new JsonPath());

  @Test
  void takes_and_refuses_the_same_texts_as_jackson() {
    long seed = 20261121;
    Random random = new Random(seed);
    int taken = 0;
    int refused = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder text = new StringBuilder(SEEDS[random.nextInt(SEEDS.length)]);
      for (int edits = random.nextInt(4); edits > 0; edits--) {
        int at = random.nextInt(text.length());
        char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, c);
          case 1 -> text.insert(at, c);
          default -> text.deleteCharAt(at);
        }
        if (text.isEmpty()) {
          break;
        }
      }
      String ours = ours(text.toString());
      // Half a surrogate pair passes Jackson; here it is refused.
      if (ours.equals("surrogate")) {
        continue;
      }
      assertThat(ours)
          .as("seed %d, text %d: %s", seed, i, text)
          .isEqualTo(jacksons(text.toString()));
      if (ours.equals("refused")) {
        refused++;
      } else {
        taken++;
      }
    }
    assertThat(taken).isGreaterThan(1000);
    assertThat(refused).isGreaterThan(1000);
  }

  private String ours(String text) {
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    cursor.reset(json, 0, json.length);
    StringBuilder events = new StringBuilder();
    try {
      read(events);
      cursor.end();
      return events.toString();
    } catch (MalformedInputException e) {
      return String.valueOf(e.getMessage()).contains("surrogate") ? "surrogate" : "refused";
    }
  }

  private void read(StringBuilder events) {
    switch (cursor.peek()) {
      case '{' -> {
        cursor.open('{');
        events.append('{');
        for (boolean first = true; cursor.nextMember(first); first = false) {
          events.append(string());
          cursor.colon();
          read(events);
        }
        events.append('}');
      }
      case '[' -> {
        cursor.open('[');
        events.append('[');
        for (boolean first = true; cursor.nextElement(first); first = false) {
          read(events);
        }
        events.append(']');
      }
      case '"' -> events.append(string());
      case 't', 'f' -> events.append(cursor.bool());
      case 'n' -> {
        cursor.skipValue();
        events.append("null");
      }
      default -> {
        events.append(number(cursor.number()));
      }
    }
    events.append(';');
  }

  private double number(int from) {
    try {
      return JsonNumber.real(cursor.array(), from, cursor.position());
    } catch (ArithmeticException _) {
      return cursor.array()[from] == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
  }

  private String string() {
    int before = cursor.position();
    cursor.skipString();
    int behind = cursor.position();
    cursor.position(before);
    WireWriter out = new WireWriter(16);
    cursor.string(out);
    assertThat(cursor.position()).isEqualTo(behind);
    return '<' + new String(out.toByteArray(), StandardCharsets.UTF_8) + '>';
  }

  private String jacksons(String text) {
    StringBuilder events = new StringBuilder();
    try (JsonParser parser = jackson.createParser(text)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return "refused";
      }
      int depth = 0;
      do {
        switch (token) {
          case START_OBJECT, START_ARRAY -> {
            depth++;
            events.append(token.asString());
            token = parser.nextToken();
            continue;
          }
          case END_OBJECT, END_ARRAY -> {
            depth--;
            events.append(token.asString()).append(';');
          }
          case FIELD_NAME -> events.append('<').append(parser.getText()).append('>');
          case VALUE_STRING -> events.append('<').append(parser.getText()).append(">;");
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
              events.append(Double.parseDouble(parser.getText())).append(';');
          default -> events.append(token.asString()).append(';');
        }
        token = parser.nextToken();
      } while (token != null && depth > 0);
      return token == null && depth == 0 ? events.toString() : "refused";
    } catch (IOException _) {
      return "refused";
    }
  }
}
