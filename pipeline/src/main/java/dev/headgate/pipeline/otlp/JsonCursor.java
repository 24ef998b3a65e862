package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A cursor over one JSON text (RFC 8259) in an array: structure, literals, numbers and strings,
/// each checked as it is passed, whether its value is wanted or not. It holds nothing of the text,
/// so its memory does not depend on the input; strings are decoded straight into the output.
///
/// **Threading:** confined to one thread.
final class JsonCursor {
  /*
   * Strings are the bulk of a request. They are passed eight bytes at a time as long as all eight
   * are plain ASCII, that is none of: quote, backslash, control character, first bit set. UTF-8 is
   * checked in the same pass: no overlong forms, no surrogates, nothing above U+10FFFF.
   */
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long SPACES = 0x2020202020202020L;
  private static final long QUOTES = 0x2222222222222222L;
  private static final long BACKSLASHES = 0x5c5c5c5c5c5c5c5cL;
  private static final long FIRST_BITS = 0x8080808080808080L;
  private static final byte[] EMPTY = {};

  /// What [#peek] returns behind the last byte.
  static final int END = -1;

  private final int maxDepth;
  private final JsonPath path;
  private byte[] buffer = EMPTY;
  private int start;
  private int position;
  private int limit;
  private int depth;

  /// @param maxDepth how deep objects and arrays may nest, known or not
  /// @param path where the walk stands, for the messages of errors
  JsonCursor(int maxDepth, JsonPath path) {
    this.maxDepth = maxDepth;
    this.path = path;
  }

  /// Reads `buffer[from, to)` from now on; a byte order mark in front is passed over.
  void reset(byte[] buffer, int from, int to) {
    this.buffer = buffer;
    this.start = from;
    this.limit = to;
    this.depth = 0;
    boolean marked =
        to - from >= 3
            && buffer[from] == (byte) 0xef
            && buffer[from + 1] == (byte) 0xbb
            && buffer[from + 2] == (byte) 0xbf;
    this.position = marked ? from + 3 : from;
  }

  /// Lets go of the text.
  void release() {
    buffer = EMPTY;
  }

  /// The array that is read.
  byte[] array() {
    return buffer;
  }

  /// The offset of the next byte in the array.
  int position() {
    return position;
  }

  /// Goes back to where [#position] has been.
  void position(int position) {
    this.position = position;
  }

  /// The next byte that is not white space, which stays unread, or [#END].
  int peek() {
    while (position < limit) {
      int b = buffer[position];
      if (b > ' ' || (b != ' ' && b != '\n' && b != '\r' && b != '\t')) {
        return b & 0xff;
      }
      position++;
    }
    return END;
  }

  /// Passes `{` or `[`.
  void open(int bracket) {
    if (peek() != bracket) {
      throw unexpected(bracket == '{' ? "not an object" : "not an array");
    }
    if (depth == maxDepth) {
      throw fail("nested deeper than " + maxDepth + " levels");
    }
    depth++;
    position++;
  }

  /// Goes to the next member of an object; what follows is its name. Passes `}` when there is none.
  boolean nextMember(boolean first) {
    if (!next(first, '}')) {
      return false;
    }
    if (peek() != '"') {
      throw syntax();
    }
    return true;
  }

  /// Goes to the next element of an array; what follows is its value. Passes `]` when there is
  /// none.
  boolean nextElement(boolean first) {
    return next(first, ']');
  }

  private boolean next(boolean first, int closing) {
    int b = peek();
    if (b == closing) {
      position++;
      depth--;
      return false;
    }
    if (!first) {
      if (b != ',') {
        throw syntax();
      }
      position++;
    }
    return true;
  }

  /// Passes the `:` between a name and its value.
  void colon() {
    if (peek() != ':') {
      throw syntax();
    }
    position++;
  }

  /// Proves that nothing follows but white space.
  void end() {
    if (peek() != END) {
      throw fail("text behind the end of the document");
    }
  }

  /// Passes `null` if that is what follows.
  boolean tryNull() {
    if (peek() != 'n') {
      return false;
    }
    literal("null");
    return true;
  }

  /// Passes `true` or `false`.
  boolean bool() {
    int b = peek();
    if (b == 't') {
      literal("true");
      return true;
    }
    if (b == 'f') {
      literal("false");
      return false;
    }
    throw unexpected("not true or false");
  }

  private void literal(String word) {
    int length = word.length();
    if (length > limit - position) {
      throw syntax();
    }
    for (int i = 0; i < length; i++) {
      if (buffer[position + i] != word.charAt(i)) {
        throw syntax();
      }
    }
    position += length;
  }

  /// Passes a number.
  ///
  /// @return where it began; it ends at [#position]
  int number() {
    int b = peek();
    int from = position;
    int to = b == '-' || (b >= '0' && b <= '9') ? JsonNumber.scan(buffer, from, limit) : -1;
    if (to < 0) {
      throw syntax();
    }
    position = to;
    return from;
  }

  /// Passes a value of any kind that nobody wants.
  void skipValue() {
    switch (peek()) {
      case '{' -> {
        open('{');
        for (boolean first = true; nextMember(first); first = false) {
          skipString();
          colon();
          skipValue();
        }
      }
      case '[' -> {
        open('[');
        for (boolean first = true; nextElement(first); first = false) {
          skipValue();
        }
      }
      case '"' -> skipString();
      case 't', 'f' -> bool();
      case 'n' -> literal("null");
      default -> number();
    }
  }

  /// Passes a string.
  ///
  /// @return whether it is spelt without escapes, so that its bytes are its value
  boolean skipString() {
    boolean plain = true;
    quote();
    while (true) {
      plainRun();
      if (buffer[position++] == '"') {
        return plain;
      }
      plain = false;
      escape();
    }
  }

  /// Passes a string and appends its value in UTF-8.
  void string(WireWriter out) {
    quote();
    while (true) {
      int from = position;
      plainRun();
      if (position > from) {
        out.writeRaw(buffer, from, position);
      }
      if (buffer[position++] == '"') {
        return;
      }
      JsonUtf8.append(escape(), out);
    }
  }

  private void quote() {
    if (peek() != '"') {
      throw unexpected("not a string");
    }
    position++;
  }

  /* Passes characters up to the closing quote or an escape, one of which it has proven to be there. */
  private void plainRun() {
    byte[] b = buffer;
    int at = position;
    int end = limit;
    while (true) {
      while (at + 8 <= end && isPlain((long) LONG.get(b, at))) {
        at += 8;
      }
      if (at >= end) {
        position = end;
        throw syntax();
      }
      int c = b[at];
      if (c == '"' || c == '\\') {
        position = at;
        return;
      }
      if (c >= ' ') {
        at++;
      } else if (c >= 0) {
        position = at;
        throw fail("control character in a string");
      } else {
        int length = JsonUtf8.sequenceLength(b, at, end);
        if (length == 0) {
          position = at;
          throw fail("invalid UTF-8");
        }
        at += length;
      }
    }
  }

  private static boolean isPlain(long word) {
    long quote = word ^ QUOTES;
    long backslash = word ^ BACKSLASHES;
    // Each term sets the first bit of a byte that is the one in question; a borrow can only add
    // bits above such a byte, never hide it.
    long special = (word - SPACES) | (quote - ONES) | (backslash - ONES) | word;
    return (special & FIRST_BITS) == 0;
  }

  /* The code point of the escape whose backslash was just passed. */
  private int escape() {
    int c = position < limit ? buffer[position++] : END;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicodeEscape();
      default -> throw fail("invalid escape in a string");
    };
  }

  private int unicodeEscape() {
    int unit = hexUnit();
    if (!Character.isSurrogate((char) unit)) {
      return unit;
    }
    boolean paired =
        Character.isHighSurrogate((char) unit)
            && limit - position >= 6
            && buffer[position] == '\\'
            && buffer[position + 1] == 'u';
    if (paired) {
      position += 2;
      int second = hexUnit();
      if (Character.isLowSurrogate((char) second)) {
        return Character.toCodePoint((char) unit, (char) second);
      }
    }
    throw fail("half of a surrogate pair in a string");
  }

  private int hexUnit() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = position < limit ? JsonBytes.hexDigit(buffer[position]) : -1;
      if (digit < 0) {
        throw fail("invalid escape in a string");
      }
      unit = unit << 4 | digit;
      position++;
    }
    return unit;
  }

  /// What is wrong with the syntax here.
  MalformedInputException syntax() {
    return fail(position >= limit ? "JSON ends too early" : "not JSON");
  }

  private MalformedInputException unexpected(String reason) {
    return peek() == END ? syntax() : fail(reason);
  }

  /// What is wrong here: the path, the reason, the offset in the text; nothing of the text.
  MalformedInputException fail(String reason) {
    String where = path.toString();
    return new MalformedInputException(
        position - start, where.isEmpty() ? reason : where + ": " + reason);
  }
}
