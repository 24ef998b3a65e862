package dev.headgate.pipeline.process.sanitize;

import java.io.ByteArrayOutputStream;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// A query in JSON (RFC 8259) of which only the structure and the keys are left: every string,
/// number, boolean and null becomes `"?"`. What is no JSON as a whole is left alone.
final class JsonQuery {
  /// As deep as Go's `encoding/json` goes.
  private static final int MAX_DEPTH = 10_000;

  private static final int BAD = -1;

  private final byte[] text;
  private final ByteArrayOutputStream out;
  // Of each level, whether it is an object.
  private final BitSet objects = new BitSet();
  private int depth;
  // Whether the next thing has to be a value.
  private boolean pending;

  private JsonQuery(byte[] text) {
    this.text = text;
    this.out = new ByteArrayOutputStream(text.length);
  }

  /// The query without its values.
  static byte[] withoutValues(byte[] text) {
    byte[] query = maskedJson(text);
    return query == null ? text : query;
  }

  /// The same, or null when the text is no JSON.
  static byte @Nullable [] maskedJson(byte[] text) {
    JsonQuery query = new JsonQuery(text);
    return query.read() ? query.out.toByteArray() : null;
  }

  private boolean read() {
    int at = value(space(0));
    while (at != BAD && (depth > 0 || pending)) {
      at = pending ? value(at) : afterValue(space(at));
    }
    if (at == BAD) {
      return false;
    }
    // White space behind the end stays, as the original leaves it.
    out.write(text, at, text.length - at);
    return space(at) == text.length;
  }

  /** Reads a value, or the beginning of one that holds others: where it goes on, or BAD. */
  private int value(int at) {
    pending = false;
    if (at >= text.length) {
      return BAD;
    }
    return switch (text[at]) {
      case '{' -> open(at, true);
      case '[' -> open(at, false);
      case '"' -> masked(string(at));
      case 't' -> masked(word(at, "true"));
      case 'f' -> masked(word(at, "false"));
      case 'n' -> masked(word(at, "null"));
      default -> masked(number(at));
    };
  }

  private int masked(int end) {
    out.write('"');
    out.write('?');
    out.write('"');
    return end;
  }

  private int open(int at, boolean object) {
    if (depth == MAX_DEPTH) {
      return BAD;
    }
    objects.set(depth++, object);
    out.write(text[at]);
    int next = space(at + 1);
    if (next < text.length && text[next] == (object ? '}' : ']')) {
      return close(next);
    }
    return member(next, object);
  }

  private int close(int at) {
    depth--;
    out.write(text[at]);
    return at + 1;
  }

  /** Up to the value that has to follow. */
  private int member(int at, boolean object) {
    pending = true;
    return object ? key(at) : at;
  }

  private int key(int from) {
    int end = from < text.length && text[from] == '"' ? string(from) : BAD;
    if (end == BAD) {
      return BAD;
    }
    int colon = space(end);
    if (colon >= text.length || text[colon] != ':') {
      return BAD;
    }
    out.write(text, from, end - from);
    out.write(':');
    return space(colon + 1);
  }

  private int afterValue(int at) {
    boolean object = objects.get(depth - 1);
    if (at >= text.length) {
      return BAD;
    }
    if (text[at] == (object ? '}' : ']')) {
      return close(at);
    }
    if (text[at] != ',') {
      return BAD;
    }
    out.write(',');
    return member(space(at + 1), object);
  }

  private int space(int from) {
    int at = from;
    while (at < text.length
        && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) {
      at++;
    }
    return at;
  }

  private int string(int from) {
    int at = from + 1;
    while (at < text.length) {
      byte c = text[at];
      if (c == '"') {
        return at + 1;
      }
      if (c >= 0 && c < 0x20) {
        return BAD;
      }
      if (c == '\\') {
        at = escape(at + 1);
        if (at == BAD) {
          return BAD;
        }
      } else {
        at++;
      }
    }
    return BAD;
  }

  private int escape(int at) {
    if (at >= text.length) {
      return BAD;
    }
    if (text[at] != 'u') {
      return "bfnrt\\/\"".indexOf(text[at]) >= 0 ? at + 1 : BAD;
    }
    for (int i = 1; i <= 4; i++) {
      if (at + i >= text.length || text[at + i] < 0 || Character.digit(text[at + i], 16) < 0) {
        return BAD;
      }
    }
    return at + 5;
  }

  private int word(int from, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (from + i >= text.length || text[from + i] != word.charAt(i)) {
        return BAD;
      }
    }
    return from + word.length();
  }

  private int number(int from) {
    int at = from < text.length && text[from] == '-' ? from + 1 : from;
    if (at < text.length && text[at] == '0') {
      at++;
    } else {
      at = digits(at);
    }
    if (at != BAD && at < text.length && text[at] == '.') {
      at = digits(at + 1);
    }
    if (at != BAD && at < text.length && (text[at] == 'e' || text[at] == 'E')) {
      at++;
      boolean sign = at < text.length && (text[at] == '+' || text[at] == '-');
      at = digits(sign ? at + 1 : at);
    }
    return at;
  }

  private int digits(int from) {
    int at = from;
    while (at < text.length && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    return at == from ? BAD : at;
  }
}
