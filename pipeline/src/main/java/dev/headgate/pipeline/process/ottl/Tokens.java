package dev.headgate.pipeline.process.ottl;

import dev.headgate.pipeline.process.ottl.Lexer.Kind;
import dev.headgate.pipeline.process.ottl.Lexer.Token;
import java.util.List;

/// The tokens of a text while they are read.
///
/// **Threading:** confined to one thread.
final class Tokens {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_CHARS = 16_384;

  private final List<Token> tokens;
  private int at;
  private int depth;

  private Tokens(List<Token> tokens) {
    this.tokens = tokens;
  }

  /// The tokens of a text.
  static Tokens of(String text) {
    if (text.length() > MAX_CHARS) {
      throw new OttlException(1, "text of more than " + MAX_CHARS + " characters");
    }
    return new Tokens(Lexer.tokens(text));
  }

  Token peek() {
    return tokens.get(at);
  }

  /// Takes a token; whoever reads the end stays there.
  Token next() {
    Token token = tokens.get(at);
    at += token.kind() == Kind.END ? 0 : 1;
    return token;
  }

  /// Takes a word if it is next.
  boolean accept(String word) {
    boolean matches = peek().is(Kind.NAME, word);
    at += matches ? 1 : 0;
    return matches;
  }

  /// Takes a symbol if it is next.
  boolean acceptSymbol(String symbol) {
    boolean matches = peek().is(Kind.SYMBOL, symbol);
    at += matches ? 1 : 0;
    return matches;
  }

  void expectSymbol(String symbol) {
    if (!acceptSymbol(symbol)) {
      throw unexpected(peek(), symbol);
    }
  }

  /// One level deeper, which the caller leaves with [#leave].
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw new OttlException(peek().column(), "more than " + MAX_DEPTH + " levels");
    }
  }

  void leave() {
    depth--;
  }

  /// Where the reading is, for [#backTo].
  int position() {
    return at;
  }

  /// Reads again from a position, on the level that the reading had there.
  void backTo(int position, int level) {
    at = position;
    depth = level;
  }

  int level() {
    return depth;
  }

  static OttlException unexpected(Token token, String expected) {
    return new OttlException(
        token.column(), "unexpected " + token.text() + " (expected: " + expected + ")");
  }
}
