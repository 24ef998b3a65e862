package dev.headgate.pipeline.process.ottl;

import java.util.ArrayList;
import java.util.List;

/// Splits a condition or a statement into tokens as OTTL's lexer does.
final class Lexer {
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  /// What a token is.
  enum Kind {
    STRING,
    INT,
    FLOAT,
    BYTES,
    NAME,
    COMPARISON,
    SYMBOL,
    END
  }

  /// One token.
  ///
  /// @param text its characters; of a STRING the value without quotes and escapes
  /// @param column where it begins, counted from 1
  record Token(Kind kind, String text, int column) {
    boolean is(Kind wanted, String wantedText) {
      return kind == wanted && text.equals(wantedText);
    }
  }

  private Lexer(String text) {
    this.text = text;
  }

  /// The tokens of a text, the last one END.
  static List<Token> tokens(String text) {
    Lexer lexer = new Lexer(text);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '"') {
        readString();
      } else if (isDigit(c) || (c == '.' && at + 1 < text.length() && isDigit(peek(1)))) {
        readNumber();
      } else if (isLetter(c)) {
        int start = at;
        skipWhileName();
        add(Kind.NAME, text.substring(start, at), start);
      } else {
        readSymbol(c);
      }
    }
    add(Kind.END, "the end", at);
  }

  private void readSymbol(char c) {
    int start = at;
    boolean orEqual = at + 1 < text.length() && peek(1) == '=';
    switch (c) {
      case '<', '>' -> at += orEqual ? 2 : 1;
      case '=', '!' -> {
        if (!orEqual) {
          throw new OttlException(
              at + 1,
              "unexpected '" + c + "' (expected: == or != or not; arguments have no names)");
        }
        at += 2;
      }
      case '(', ')', '[', ']', '.', ',', '+', '-', '*', '/', '{', '}', ':' -> {
        at++;
        add(Kind.SYMBOL, String.valueOf(c), start);
        return;
      }
      default -> throw new OttlException(at + 1, "unexpected character '" + c + "'");
    }
    add(Kind.COMPARISON, text.substring(start, at), start);
  }

  private void readNumber() {
    int start = at;
    if (peek(0) == '0' && at + 1 < text.length() && peek(1) == 'x') {
      readBytes();
      return;
    }
    boolean isFloat = false;
    while (at < text.length() && (isDigit(peek(0)) || (peek(0) == '.' && !isFloat))) {
      isFloat |= peek(0) == '.';
      at++;
    }
    if (isFloat && at < text.length() && (peek(0) == 'e' || peek(0) == 'E')) {
      int exponent = at + 1;
      if (exponent < text.length()
          && (text.charAt(exponent) == '+' || text.charAt(exponent) == '-')) {
        exponent++;
      }
      if (exponent < text.length() && isDigit(text.charAt(exponent))) {
        at = exponent;
        while (at < text.length() && isDigit(peek(0))) {
          at++;
        }
      }
    }
    if (at < text.length() && isLetter(peek(0))) {
      throw new OttlException(
          start + 1,
          "unsupported number (expected: decimal digits, or bytes as 0x and hex digits)");
    }
    add(isFloat ? Kind.FLOAT : Kind.INT, text.substring(start, at), start);
  }

  private void readBytes() {
    int start = at;
    at += 2;
    while (at < text.length() && Character.digit(peek(0), 16) >= 0) {
      at++;
    }
    String digits = text.substring(start + 2, at);
    if (digits.isEmpty() || digits.length() % 2 != 0) {
      throw new OttlException(start + 1, "bytes without an even number of hex digits");
    }
    add(Kind.BYTES, digits, start);
  }

  private void readString() {
    int start = at;
    StringBuilder value = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c == '\\') {
        readEscape(value);
      } else {
        value.append(c);
      }
    }
    if (at == text.length()) {
      throw new OttlException(start + 1, "string without its closing quote");
    }
    at++;
    add(Kind.STRING, value.toString(), start);
  }

  private void readEscape(StringBuilder value) {
    if (at == text.length()) {
      throw new OttlException(at, "string without its closing quote");
    }
    char c = text.charAt(at++);
    switch (c) {
      case '\\', '"' -> value.append(c);
      case 'a' -> value.append('\u0007');
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case 'v' -> value.append('\u000b');
      case 'x' -> value.appendCodePoint(readHex(2));
      case 'u' -> value.appendCodePoint(readHex(4));
      case 'U' -> value.appendCodePoint(readHex(8));
      default ->
          throw new OttlException(
              at - 1,
              "unknown escape \\" + c + " (expected: \\\\ for a backslash, \\\", \\n, \\t, \\r)");
    }
  }

  private int readHex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw new OttlException(at + 1, "escape with too few hex digits");
      }
      value = (value << 4) | digit;
      at++;
    }
    if (!Character.isValidCodePoint(value) || (value >= 0xd800 && value < 0xe000)) {
      throw new OttlException(at, "escape that is no character");
    }
    return value;
  }

  private void skipWhileName() {
    while (at < text.length() && (isLetter(peek(0)) || isDigit(peek(0)) || peek(0) == '_')) {
      at++;
    }
  }

  private char peek(int ahead) {
    return text.charAt(at + ahead);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private void add(Kind kind, String value, int start) {
    tokens.add(new Token(kind, value, start + 1));
  }
}
