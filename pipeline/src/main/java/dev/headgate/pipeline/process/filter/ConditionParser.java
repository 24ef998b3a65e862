package dev.headgate.pipeline.process.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.headgate.pipeline.process.CachedPattern;
import dev.headgate.pipeline.process.filter.Condition.Operator;
import dev.headgate.pipeline.process.filter.ConditionLexer.Kind;
import dev.headgate.pipeline.process.filter.ConditionLexer.Token;
import dev.headgate.pipeline.wire.Utf8;
import java.util.ArrayList;
import java.util.List;

/// Parses one condition by recursive descent:
///
/// ```
/// or         = and { "or" and }
/// and        = not { "and" not }
/// not        = [ "not" ] ( "(" or ")" | comparison | IsMatch "(" operand "," string ")"
///              | "true" | "false" )
/// comparison = operand ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) operand
/// operand    = string | number | "true" | "false" | "nil" | SYMBOL | path { "[" string "]" }
/// ```
final class ConditionParser {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_CHARS = 16_384;
  private static final String PATHS =
      "(supported: attributes[\"key\"], resource.attributes[\"key\"], scope.name, scope.version,"
          + " scope.attributes[\"key\"], and of the item name, kind, status.code, status.message,"
          + " trace_state, severity_number, severity_text, body, event_name, type, unit,"
          + " description or its times, where it has them)";

  private final ItemContext context;
  private final List<Token> tokens;
  private int at;
  private int depth;

  private ConditionParser(ItemContext context, List<Token> tokens) {
    this.context = context;
    this.tokens = tokens;
  }

  /// The condition that a text is.
  ///
  /// @throws ConditionException when this version cannot parse it
  static Condition parse(ItemContext context, String text) {
    if (text.length() > MAX_CHARS) {
      throw new ConditionException(1, "condition of more than " + MAX_CHARS + " characters");
    }
    ConditionParser parser = new ConditionParser(context, ConditionLexer.tokens(text));
    Condition condition = parser.or();
    Token end = parser.next();
    if (end.kind() != Kind.END) {
      throw unexpected(end, "and, or, or the end");
    }
    return condition;
  }

  private Condition or() {
    Condition left = and();
    while (accept("or")) {
      left = new Condition.Or(left, and());
    }
    return left;
  }

  private Condition and() {
    Condition left = not();
    while (accept("and")) {
      left = new Condition.And(left, not());
    }
    return left;
  }

  private Condition not() {
    if (++depth > MAX_DEPTH) {
      throw new ConditionException(peek().column(), "more than " + MAX_DEPTH + " levels");
    }
    Condition condition =
        accept("not") ? new Condition.Not(not()) : acceptSymbol("(") ? group() : basic();
    depth--;
    return condition;
  }

  private Condition group() {
    Condition inner = or();
    expectSymbol(")");
    return inner;
  }

  private Condition basic() {
    Token token = peek();
    if (token.kind() == Kind.NAME && tokens.get(at + 1).is(Kind.SYMBOL, "(")) {
      return function();
    }
    Operand left = operand();
    Token operator = peek();
    if (operator.kind() == Kind.COMPARISON) {
      at++;
      return new Condition.Comparison(left, operator(operator.text()), operand());
    }
    if (token.text().equals("true") || token.text().equals("false")) {
      return new Condition.Constant(token.text().equals("true"));
    }
    throw unexpected(operator, "one of == != < <= > >=");
  }

  private static Operator operator(String text) {
    return switch (text) {
      case "==" -> Operator.EQ;
      case "!=" -> Operator.NE;
      case "<" -> Operator.LT;
      case "<=" -> Operator.LE;
      case ">" -> Operator.GT;
      default -> Operator.GE;
    };
  }

  private Condition function() {
    Token name = next();
    if (!name.text().equals("IsMatch")) {
      throw new ConditionException(
          name.column(), "unsupported function " + name.text() + " (supported: IsMatch)");
    }
    expectSymbol("(");
    Operand target = operand();
    expectSymbol(",");
    Token pattern = next();
    if (pattern.kind() != Kind.STRING) {
      throw unexpected(pattern, "a pattern in quotes");
    }
    expectSymbol(")");
    try {
      return new Condition.IsMatch(target, new CachedPattern(Pattern.compile(pattern.text())));
    } catch (PatternSyntaxException e) {
      throw new ConditionException(
          pattern.column(), "invalid pattern: " + e.getDescription() + " (expected: RE2 syntax)");
    }
  }

  private Operand operand() {
    Token token = next();
    Operand operand =
        switch (token.kind()) {
          case STRING -> new Operand.Literal(Value.ofString(token.text()));
          case INT, FLOAT -> new Operand.Literal(number(token, false));
          case SYMBOL -> sign(token);
          case NAME -> name(token);
          case COMPARISON, END -> throw unexpected(token, "a value or a path");
        };
    Token after = peek();
    if (after.kind() == Kind.SYMBOL && "+-*/".contains(after.text())) {
      throw new ConditionException(after.column(), "arithmetic is not supported");
    }
    return operand;
  }

  private Operand sign(Token sign) {
    boolean negative = sign.text().equals("-");
    Token token = peek();
    boolean number = token.kind() == Kind.INT || token.kind() == Kind.FLOAT;
    if (number && (negative || sign.text().equals("+"))) {
      return new Operand.Literal(number(next(), negative));
    }
    if (sign.text().equals("[") || sign.text().equals("{")) {
      throw new ConditionException(sign.column(), "lists and maps are not supported");
    }
    throw unexpected(sign, "a value or a path");
  }

  private static Value number(Token token, boolean negative) {
    String text = negative ? "-" + token.text() : token.text();
    try {
      return token.kind() == Kind.INT
          ? Value.ofInt(Long.parseLong(text))
          : Value.ofDouble(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw new ConditionException(token.column(), "number beyond 64 bits");
    }
  }

  private Operand name(Token token) {
    return switch (token.text()) {
      case "nil" -> new Operand.Literal(new Value());
      case "true", "false" -> new Operand.Literal(Value.ofBool(token.text().equals("true")));
      case "and", "or", "not" -> throw unexpected(token, "a value or a path");
      default -> Character.isUpperCase(token.text().charAt(0)) ? symbol(token) : path(token);
    };
  }

  private Operand symbol(Token token) {
    if (peek().is(Kind.SYMBOL, "(")) {
      throw new ConditionException(
          token.column(),
          "unsupported function " + token.text() + " as a value (supported: literals and paths)");
    }
    int number = Paths.symbol(context, token.text());
    if (number < 0) {
      throw new ConditionException(
          token.column(),
          "unknown symbol " + token.text() + " (expected: one of the " + context.prefix() + "'s)");
    }
    return new Operand.Literal(Value.ofInt(number));
  }

  private Operand path(Token first) {
    List<String> names = new ArrayList<>();
    names.add(first.text());
    while (acceptSymbol(".")) {
      Token name = next();
      if (name.kind() != Kind.NAME) {
        throw unexpected(name, "a name");
      }
      names.add(name.text());
    }
    List<byte[]> keys = new ArrayList<>();
    while (acceptSymbol("[")) {
      Token key = next();
      if (key.kind() != Kind.STRING) {
        throw unexpected(key, "a key in quotes; other indexes are not supported");
      }
      keys.add(Utf8.bytes(key.text()));
      expectSymbol("]");
    }
    if (peek().is(Kind.SYMBOL, ".")) {
      throw unexpected(peek(), "a comparison");
    }
    Operand.Path path = Paths.resolve(context, names, keys.toArray(new byte[0][]));
    if (path == null) {
      throw new ConditionException(
          first.column(), "unsupported path " + String.join(".", names) + " " + PATHS);
    }
    return path;
  }

  private boolean accept(String word) {
    boolean matches = peek().is(Kind.NAME, word);
    at += matches ? 1 : 0;
    return matches;
  }

  private boolean acceptSymbol(String symbol) {
    boolean matches = peek().is(Kind.SYMBOL, symbol);
    at += matches ? 1 : 0;
    return matches;
  }

  private void expectSymbol(String symbol) {
    if (!acceptSymbol(symbol)) {
      throw unexpected(peek(), symbol);
    }
  }

  private Token peek() {
    return tokens.get(at);
  }

  /* The end is never passed: whoever reads it stops there. */
  private Token next() {
    Token token = tokens.get(at);
    at += token.kind() == Kind.END ? 0 : 1;
    return token;
  }

  private static ConditionException unexpected(Token token, String expected) {
    return new ConditionException(
        token.column(), "unexpected " + token.text() + " (expected: " + expected + ")");
  }
}
