package dev.headgate.pipeline.process.ottl;

import com.google.re2j.PatternSyntaxException;
import dev.headgate.pipeline.process.CachedPattern;
import dev.headgate.pipeline.process.ottl.Expression.Operation;
import dev.headgate.pipeline.process.ottl.Lexer.Kind;
import dev.headgate.pipeline.process.ottl.Lexer.Token;
import dev.headgate.pipeline.process.regex.Regex;
import dev.headgate.pipeline.wire.Utf8;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses values:
///
/// ```
/// value     = product { ( "+" | "-" ) product }
/// product   = sign { ( "*" | "/" ) sign }
/// sign      = [ "+" | "-" ] primary
/// primary   = string | number | bytes | "true" | "false" | "nil" | SYMBOL | path | converter
///             | "(" value ")"
/// path      = name { "." name } { "[" ( string | integer ) "]" }
/// converter = Name "(" [ value { "," value } ] ")"
/// ```
final class ExpressionParser {
  private static final long MAX_INDEX = 1000;

  private final Context context;
  private final boolean named;
  private final Tokens tokens;

  /// @param named whether every path must begin with the name of a context
  ExpressionParser(Context context, boolean named, Tokens tokens) {
    this.context = context;
    this.named = named;
    this.tokens = tokens;
  }

  /// Reads a list of values.
  List<Expression> list() {
    tokens.expectSymbol("[");
    List<Expression> values = new ArrayList<>();
    if (!tokens.acceptSymbol("]")) {
      do {
        values.add(value());
      } while (tokens.acceptSymbol(","));
      tokens.expectSymbol("]");
    }
    return values;
  }

  /// Reads a value.
  Expression value() {
    tokens.enter();
    Expression left = product();
    while (true) {
      Token sign = tokens.peek();
      if (tokens.acceptSymbol("+")) {
        left = arithmetic(left, Operation.ADD, product(), sign);
      } else if (tokens.acceptSymbol("-")) {
        left = arithmetic(left, Operation.SUBTRACT, product(), sign);
      } else {
        tokens.leave();
        return left;
      }
    }
  }

  private Expression product() {
    Expression left = sign();
    while (true) {
      Token sign = tokens.peek();
      if (tokens.acceptSymbol("*")) {
        left = arithmetic(left, Operation.MULTIPLY, sign(), sign);
      } else if (tokens.acceptSymbol("/")) {
        left = arithmetic(left, Operation.DIVIDE, sign(), sign);
      } else {
        return left;
      }
    }
  }

  private Expression sign() {
    Token sign = tokens.peek();
    boolean negative = tokens.acceptSymbol("-");
    if (!negative && !tokens.acceptSymbol("+")) {
      return primary();
    }
    Token token = tokens.peek();
    if (token.kind() == Kind.INT || token.kind() == Kind.FLOAT) {
      return new Expression.Literal(number(tokens.next(), negative));
    }
    Expression inner = number(primary(), sign);
    return negative ? new Expression.Negation(inner) : inner;
  }

  private static Expression arithmetic(
      Expression left, Operation operation, Expression right, Token sign) {
    return new Expression.Arithmetic(number(left, sign), operation, number(right, sign));
  }

  /* A literal that is no number is no arithmetic in OTTL's grammar. */
  private static Expression number(Expression operand, Token sign) {
    if (operand instanceof Expression.Literal(Value value) && !value.isNumber()) {
      throw Tokens.unexpected(sign, "arithmetic with numbers only");
    }
    return operand;
  }

  private Expression primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case STRING -> new Expression.Literal(Value.ofString(token.text()));
      case INT, FLOAT -> new Expression.Literal(number(token, false));
      case BYTES -> new Expression.Literal(Value.ofBytes(HexFormat.of().parseHex(token.text())));
      case NAME -> name(token);
      case SYMBOL -> symbol(token);
      case COMPARISON, END -> throw Tokens.unexpected(token, "a value or a path");
    };
  }

  private Expression symbol(Token token) {
    if (token.text().equals("(")) {
      Expression inner = value();
      tokens.expectSymbol(")");
      return inner;
    }
    if (token.text().equals("[") || token.text().equals("{")) {
      throw new OttlException(token.column(), "lists and maps are not supported as values");
    }
    throw Tokens.unexpected(token, "a value or a path");
  }

  private static Value number(Token token, boolean negative) {
    String text = negative ? "-" + token.text() : token.text();
    try {
      return token.kind() == Kind.INT
          ? Value.ofInt(Long.parseLong(text))
          : Value.ofDouble(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw new OttlException(token.column(), "number beyond 64 bits");
    }
  }

  private Expression name(Token token) {
    return switch (token.text()) {
      case "nil" -> new Expression.Literal(new Value());
      case "true", "false" -> new Expression.Literal(Value.ofBool(token.text().equals("true")));
      case "and", "or", "not", "where" -> throw Tokens.unexpected(token, "a value or a path");
      default -> {
        boolean call = tokens.peek().is(Kind.SYMBOL, "(");
        boolean upper = Character.isUpperCase(token.text().charAt(0));
        yield upper ? call ? call(token) : enumSymbol(token) : path(token);
      }
    };
  }

  private Expression enumSymbol(Token token) {
    int number = Symbols.number(context, token.text());
    if (number < 0) {
      throw new OttlException(
          token.column(),
          "unknown symbol "
              + token.text()
              + " (expected: one of the context "
              + context.contextName()
              + ")");
    }
    return new Expression.Literal(Value.ofInt(number));
  }

  private Expression call(Token name) {
    Function function = Function.named(name.text());
    if (function == null) {
      throw new OttlException(
          name.column(),
          "unsupported function " + name.text() + " (supported: " + Function.names() + ")");
    }
    if (!function.in(context)) {
      throw new OttlException(
          name.column(), name.text() + " is not for the context " + context.contextName());
    }
    List<Expression> arguments = new ArrayList<>();
    tokens.expectSymbol("(");
    if (!tokens.acceptSymbol(")")) {
      do {
        // Concat takes a list first; its values become the leading arguments.
        if (function == Function.CONCAT && arguments.isEmpty()) {
          arguments.addAll(list());
        } else {
          arguments.add(value());
        }
      } while (tokens.acceptSymbol(","));
      tokens.expectSymbol(")");
    }
    if (function == Function.CONCAT ? arguments.isEmpty() : arguments.size() != function.arity()) {
      throw new OttlException(
          name.column(),
          name.text()
              + ": "
              + arguments.size()
              + " arguments (expected: "
              + function.arity()
              + ")");
    }
    if (tokens.peek().is(Kind.SYMBOL, "[")) {
      throw Tokens.unexpected(tokens.peek(), "no index behind a function");
    }
    return new Expression.Call(
        function, List.copyOf(arguments), pattern(function, arguments, name));
  }

  private static @Nullable CachedPattern pattern(
      Function function, List<Expression> arguments, Token name) {
    if (function != Function.IS_MATCH) {
      return null;
    }
    return new CachedPattern(regex(arguments.get(1), name.column()));
  }

  /// The pattern that an argument is.
  static Regex regex(@Nullable Expression argument, int column) {
    String text = argument instanceof Expression.Literal(Value value) ? value.literalText() : null;
    if (text == null) {
      throw new OttlException(column, "a pattern that is no text in quotes is not supported");
    }
    try {
      return Regex.compile(text);
    } catch (PatternSyntaxException e) {
      throw new OttlException(
          column, "invalid pattern: " + e.getDescription() + " (expected: RE2 syntax)");
    }
  }

  private Expression path(Token first) {
    List<String> names = new ArrayList<>();
    names.add(first.text());
    while (tokens.acceptSymbol(".")) {
      Token name = tokens.next();
      if (name.kind() != Kind.NAME) {
        throw Tokens.unexpected(name, "a name");
      }
      names.add(name.text());
    }
    List<Path.Key> keys = new ArrayList<>();
    while (tokens.acceptSymbol("[")) {
      keys.add(key(tokens.next()));
      tokens.expectSymbol("]");
    }
    Token after = tokens.peek();
    if (after.is(Kind.SYMBOL, ".") || after.is(Kind.SYMBOL, "(")) {
      throw after.text().equals("(")
          ? new OttlException(
              first.column(), "unsupported function " + first.text() + " as a value")
          : Tokens.unexpected(after, "the end of the path");
    }
    return Paths.resolve(context, named, names, keys, first.column());
  }

  /* Setting an element of nothing makes all those before it. */
  private static long index(Token token) {
    long index = number(token, false).integer();
    if (index > MAX_INDEX) {
      throw new OttlException(
          token.column(), "index " + index + " (expected: at most " + MAX_INDEX + ")");
    }
    return index;
  }

  private static Path.Key key(Token token) {
    return switch (token.kind()) {
      case STRING -> new Path.Key(Utf8.bytes(token.text()), 0);
      case INT -> new Path.Key(null, index(token));
      case FLOAT, BYTES, NAME, COMPARISON, SYMBOL, END ->
          throw Tokens.unexpected(token, "a key in quotes or a number; others are not supported");
    };
  }
}
