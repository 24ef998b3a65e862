package dev.headgate.pipeline.process.ottl;

import dev.headgate.pipeline.process.ottl.Condition.Operator;
import dev.headgate.pipeline.process.ottl.Expression.Operation;
import java.util.ArrayList;
import java.util.List;

/// Evaluates conditions and values by OTTL's rules. What cannot be evaluated, because types do not
/// fit, does not hold and is remembered until the next [#start]; see [#failed].
///
/// **Threading:** confined to one thread.
public final class Evaluator {
  private final List<Value> scratch = new ArrayList<>();
  private final Functions functions = new Functions(this);
  private int used;
  private boolean failed;

  /// Whether a condition holds.
  public boolean holds(Condition condition, Subject subject) {
    return switch (condition) {
      case Condition.Or(Condition one, Condition other) ->
          holds(one, subject) || (!failed && holds(other, subject));
      case Condition.And(Condition one, Condition other) ->
          holds(one, subject) && holds(other, subject);
      case Condition.Not(Condition inner) -> !holds(inner, subject) && !failed;
      case Condition.Constant(boolean value) -> value;
      case Condition.Comparison(Expression left, Operator operator, Expression right) ->
          compares(left, operator, right, subject);
      case Condition.Test(Expression.Call call) -> {
        int mark = used;
        Value result = value(call, subject);
        used = mark;
        yield !failed && result.integer() != 0;
      }
    };
  }

  private boolean compares(Expression left, Operator operator, Expression right, Subject subject) {
    int mark = used;
    Value one = value(left, subject);
    boolean holds = false;
    if (!failed) {
      Value other = value(right, subject);
      holds = !failed && Comparison.holds(one, operator, other);
    }
    used = mark;
    return holds;
  }

  /// Starts an evaluation: values given out before may be used again.
  public void start() {
    used = 0;
    failed = false;
  }

  /// Lets go of the bytes looked at last.
  public void clear() {
    start();
    for (int i = 0; i < scratch.size(); i++) {
      scratch.get(i).clear();
    }
  }

  /// Whether something could not be evaluated since the start.
  public boolean failed() {
    return failed;
  }

  /// The value of an expression, valid until the next [#start]; of no meaning when it failed.
  public Value value(Expression expression, Subject subject) {
    return switch (expression) {
      case Expression.Literal(Value value) -> value;
      case Path path -> {
        Value into = take();
        if (!subject.read(path, into)) {
          fail(into);
        }
        yield into;
      }
      case Expression.Call call -> functions.call(call, subject, take());
      case Expression.Arithmetic(Expression left, Operation operation, Expression right) ->
          calculate(value(left, subject), operation, value(right, subject), take());
      case Expression.Negation(Expression inner) -> negate(value(inner, subject), take());
    };
  }

  /// Remembers that something could not be evaluated.
  Value fail(Value into) {
    failed = true;
    into.setNil();
    return into;
  }

  private Value take() {
    if (used == scratch.size()) {
      scratch.add(new Value());
    }
    return scratch.get(used++);
  }

  private Value negate(Value value, Value into) {
    switch (value.kind()) {
      case INT -> into.setInt(-value.integer());
      case DOUBLE -> into.setDouble(-value.floating());
      case NIL, BOOL, STRING, BYTES, LIST, MAP, TRACE_ID, SPAN_ID -> fail(into);
    }
    return into;
  }

  private Value calculate(Value a, Operation operation, Value b, Value into) {
    if (failed || !a.isNumber() || !b.isNumber()) {
      return fail(into);
    }
    if (a.kind() == Value.Kind.INT && b.kind() == Value.Kind.INT) {
      return calculate(a.integer(), operation, b.integer(), into);
    }
    double x = Comparison.toDouble(a);
    double y = Comparison.toDouble(b);
    switch (operation) {
      case ADD -> into.setDouble(x + y);
      case SUBTRACT -> into.setDouble(x - y);
      case MULTIPLY -> into.setDouble(x * y);
      case DIVIDE -> {
        if (y == 0) {
          return fail(into);
        }
        into.setDouble(x / y);
      }
    }
    return into;
  }

  private Value calculate(long x, Operation operation, long y, Value into) {
    switch (operation) {
      case ADD -> into.setInt(x + y);
      case SUBTRACT -> into.setInt(x - y);
      case MULTIPLY -> into.setInt(x * y);
      case DIVIDE -> {
        if (y == 0) {
          return fail(into);
        }
        into.setInt(x / y);
      }
    }
    return into;
  }
}
