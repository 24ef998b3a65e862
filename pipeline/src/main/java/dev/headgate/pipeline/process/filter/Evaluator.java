package dev.headgate.pipeline.process.filter;

import dev.headgate.config.FilterConfig.ErrorMode;
import dev.headgate.pipeline.otlp.AnyValueCursor.Kind;
import dev.headgate.pipeline.process.CachedPattern;
import dev.headgate.pipeline.process.filter.Condition.Operator;
import java.util.Arrays;
import java.util.HexFormat;

/// Evaluates conditions by OTTL's comparison rules: nil equals nil and nothing else, integers and
/// doubles compare as numbers, values of different types are unequal and neither less nor greater.
///
/// **Threading:** confined to one thread.
final class Evaluator {
  private final ErrorMode errorMode;
  private final Value left = new Value();
  private final Value right = new Value();
  private boolean failed;
  private long errors;

  Evaluator(ErrorMode errorMode) {
    this.errorMode = errorMode;
  }

  /// Whether any condition holds. One that cannot be evaluated does not hold, or, in the mode
  /// `propagate`, fails the payload.
  boolean any(Conditions conditions, Subject subject) {
    for (int i = 0; i < conditions.size(); i++) {
      failed = false;
      boolean holds = holds(conditions.get(i), subject);
      if (failed) {
        errors++;
        if (errorMode == ErrorMode.PROPAGATE) {
          throw new IllegalStateException(
              "filter condition " + (i + 1) + ": IsMatch on a number that is not finite");
        }
      } else if (holds) {
        return true;
      }
    }
    return false;
  }

  /// How many conditions could not be evaluated since the last call.
  long takeErrors() {
    long taken = errors;
    errors = 0;
    return taken;
  }

  private boolean holds(Condition condition, Subject subject) {
    return switch (condition) {
      case Condition.Or(Condition one, Condition other) ->
          holds(one, subject) || (!failed && holds(other, subject));
      case Condition.And(Condition one, Condition other) ->
          holds(one, subject) && holds(other, subject);
      case Condition.Not(Condition inner) -> !holds(inner, subject);
      case Condition.Constant(boolean value) -> value;
      case Condition.Comparison(Operand one, Operator operator, Operand other) ->
          compare(read(one, subject, left), operator, read(other, subject, right));
      case Condition.IsMatch(Operand target, CachedPattern pattern) ->
          matches(read(target, subject, left), pattern);
    };
  }

  private static Value read(Operand operand, Subject subject, Value into) {
    return switch (operand) {
      case Operand.Literal(Value value) -> value;
      case Operand.Path path -> {
        subject.read(path, into);
        yield into;
      }
    };
  }

  private static boolean compare(Value a, Operator operator, Value b) {
    boolean unequal = operator == Operator.NE;
    return switch (a.kind()) {
      case NONE, STRING_INDEX -> b.kind() == Kind.NONE ? holds(operator, 0) : unequal;
      case BOOL ->
          b.kind() == Kind.BOOL ? holds(operator, Long.compare(a.integer(), b.integer())) : unequal;
      case INT ->
          switch (b.kind()) {
            case INT -> holds(operator, Long.compare(a.integer(), b.integer()));
            case DOUBLE -> compare((double) a.integer(), operator, b.floating());
            case NONE, STRING, BOOL, ARRAY, KVLIST, BYTES, STRING_INDEX -> unequal;
          };
      case DOUBLE ->
          switch (b.kind()) {
            case INT -> compare(a.floating(), operator, (double) b.integer());
            case DOUBLE -> compare(a.floating(), operator, b.floating());
            case NONE, STRING, BOOL, ARRAY, KVLIST, BYTES, STRING_INDEX -> unequal;
          };
      case STRING, BYTES -> b.kind() == a.kind() ? holds(operator, compareBytes(a, b)) : unequal;
      // Lists and maps are equal or not; here by their bytes.
      case ARRAY, KVLIST ->
          (b.kind() == a.kind() && (operator == Operator.EQ || unequal))
              ? holds(operator, compareBytes(a, b))
              : unequal;
    };
  }

  private static int compareBytes(Value a, Value b) {
    return Arrays.compareUnsigned(a.bytes(), a.from(), a.to(), b.bytes(), b.from(), b.to());
  }

  private static boolean holds(Operator operator, int order) {
    return switch (operator) {
      case EQ -> order == 0;
      case NE -> order != 0;
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      case GE -> order >= 0;
    };
  }

  /* Not by an order: NaN has none. */
  private static boolean compare(double a, Operator operator, double b) {
    return switch (operator) {
      case EQ -> a == b;
      case NE -> a != b;
      case LT -> a < b;
      case LE -> a <= b;
      case GT -> a > b;
      case GE -> a >= b;
    };
  }

  private boolean matches(Value value, CachedPattern pattern) {
    return switch (value.kind()) {
      case STRING -> pattern.find(value.bytes(), value.from(), value.to());
      case NONE, STRING_INDEX -> false;
      case BOOL -> pattern.find(value.integer() != 0 ? "true" : "false");
      case INT -> pattern.find(Long.toString(value.integer()));
      case DOUBLE -> matchesDouble(value, pattern);
      case BYTES -> pattern.find(HexFormat.of().formatHex(value.bytes(), value.from(), value.to()));
      case ARRAY, KVLIST -> pattern.find(value.anyValueText());
    };
  }

  private boolean matchesDouble(Value value, CachedPattern pattern) {
    if (!Double.isFinite(value.floating())) {
      failed = true;
      return false;
    }
    return pattern.find(
        value.isAnyValue() ? value.anyValueText() : Double.toString(value.floating()));
  }
}
