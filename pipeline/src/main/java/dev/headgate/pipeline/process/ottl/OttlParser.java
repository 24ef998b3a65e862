package dev.headgate.pipeline.process.ottl;

import dev.headgate.pipeline.process.ottl.Condition.Operator;
import dev.headgate.pipeline.process.ottl.Lexer.Kind;
import dev.headgate.pipeline.process.ottl.Lexer.Token;
import dev.headgate.pipeline.process.ottl.Statement.Argument;
import dev.headgate.pipeline.process.regex.Regex;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses conditions and statements by recursive descent:
///
/// ```
/// statement  = editor "(" [ argument { "," argument } ] ")" [ "where" or ]
/// argument   = value | "[" [ value { "," value } ] "]"
/// or         = and { "or" and }
/// and        = not { "and" not }
/// not        = [ "not" ] ( comparison | converter | "true" | "false" | "(" or ")" )
/// comparison = value ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) value
/// ```
///
/// Values are read by [ExpressionParser].
public final class OttlParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;

  private OttlParser(Context context, boolean named, String text) {
    this.tokens = Tokens.of(text);
    this.expressions = new ExpressionParser(context, named, tokens);
  }

  /// The condition that a text is.
  ///
  /// @param named whether every path must begin with the name of a context
  /// @throws OttlException when this version cannot parse it
  static Condition condition(Context context, boolean named, String text) {
    OttlParser parser = new OttlParser(context, named, text);
    Condition condition = parser.or();
    parser.end("and, or, or the end");
    return condition;
  }

  /// The statement that a text is.
  ///
  /// @param named whether every path must begin with the name of a context
  /// @throws OttlException when this version cannot parse it
  public static Statement statement(Context context, boolean named, String text) {
    OttlParser parser = new OttlParser(context, named, text);
    Statement statement = parser.statement();
    parser.end("where, or the end");
    return statement;
  }

  /// The pattern that an argument is.
  ///
  /// @param column where it begins
  /// @throws OttlException when it is no pattern in quotes
  public static Regex regex(@Nullable Expression argument, int column) {
    return ExpressionParser.regex(argument, column);
  }

  private void end(String expected) {
    if (tokens.peek().kind() != Kind.END) {
      throw Tokens.unexpected(tokens.peek(), expected);
    }
  }

  private Statement statement() {
    Token name = tokens.next();
    if (name.kind() != Kind.NAME || !Character.isLowerCase(name.text().charAt(0))) {
      throw Tokens.unexpected(name, "an editor such as set or delete_key");
    }
    tokens.expectSymbol("(");
    List<Argument> arguments = new ArrayList<>();
    if (!tokens.acceptSymbol(")")) {
      do {
        arguments.add(argument());
      } while (tokens.acceptSymbol(","));
      tokens.expectSymbol(")");
    }
    Condition where = tokens.accept("where") ? or() : new Condition.Constant(true);
    return new Statement(name.text(), arguments, where);
  }

  private Argument argument() {
    int column = tokens.peek().column();
    return tokens.peek().is(Kind.SYMBOL, "[")
        ? new Argument(null, expressions.list(), column)
        : new Argument(expressions.value(), null, column);
  }

  private Condition or() {
    Condition left = and();
    while (tokens.accept("or")) {
      left = or(left, and());
    }
    return left;
  }

  private Condition and() {
    Condition left = not();
    while (tokens.accept("and")) {
      left = and(left, not());
    }
    return left;
  }

  private Condition not() {
    tokens.enter();
    Condition condition = tokens.accept("not") ? not(not()) : basic();
    tokens.leave();
    return condition;
  }

  /* What decides by itself is not evaluated, nor what stands beside it: as in the Collector it then
   * cannot fail. */

  private static Condition or(Condition left, Condition right) {
    if (left instanceof Condition.Constant(boolean holds)) {
      return holds ? left : right;
    }
    if (right instanceof Condition.Constant(boolean holds)) {
      return holds ? right : left;
    }
    return new Condition.Or(left, right);
  }

  private static Condition and(Condition left, Condition right) {
    if (left instanceof Condition.Constant(boolean holds)) {
      return holds ? right : left;
    }
    if (right instanceof Condition.Constant(boolean holds)) {
      return holds ? left : right;
    }
    return new Condition.And(left, right);
  }

  private static Condition not(Condition inner) {
    return inner instanceof Condition.Constant(boolean holds)
        ? new Condition.Constant(!holds)
        : new Condition.Not(inner);
  }

  private Condition basic() {
    if (tokens.peek().is(Kind.SYMBOL, "(")) {
      return arithmeticOrGroup();
    }
    Token first = tokens.peek();
    Expression left = expressions.value();
    Token operator = tokens.peek();
    if (operator.kind() == Kind.COMPARISON) {
      return comparison(left);
    }
    if (left instanceof Expression.Call call) {
      if (!call.function().test()) {
        throw Tokens.unexpected(operator, "one of == != < <= > >=");
      }
      return new Condition.Test(call);
    }
    if (first.is(Kind.NAME, "true") || first.is(Kind.NAME, "false")) {
      return new Condition.Constant(first.text().equals("true"));
    }
    throw Tokens.unexpected(operator, "one of == != < <= > >=");
  }

  private Condition comparison(Expression left) {
    Operator operator = operator(tokens.next().text());
    Expression right = expressions.value();
    return left instanceof Expression.Literal(Value one)
            && right instanceof Expression.Literal(Value other)
        ? new Condition.Constant(Comparison.holds(one, operator, other))
        : new Condition.Comparison(left, operator, right);
  }

  /* A parenthesis begins arithmetic, (a - b) > 5, or a group of conditions: the first has precedence. */
  private Condition arithmeticOrGroup() {
    int position = tokens.position();
    int level = tokens.level();
    try {
      Expression left = expressions.value();
      if (tokens.peek().kind() == Kind.COMPARISON) {
        return comparison(left);
      }
    } catch (OttlException _) {
      // Then it is no arithmetic; what is wrong with a group is reported below.
    }
    tokens.backTo(position, level);
    tokens.expectSymbol("(");
    Condition inner = or();
    tokens.expectSymbol(")");
    return inner;
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
}
