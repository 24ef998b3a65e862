package dev.headgate.pipeline.process.ottl;

import dev.headgate.pipeline.otlp.AnyValueText;
import dev.headgate.pipeline.process.CachedPattern;
import dev.headgate.pipeline.process.ottl.Value.Kind;
import dev.headgate.pipeline.wire.Utf8;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The converters, each as the Collector's of the same name.
///
/// **Threading:** confined to one thread.
final class Functions {
  private static final Path PARENT = new Path(Part.SPAN, 4, Path.Type.SPAN_ID, List.of());

  private final Evaluator evaluator;

  Functions(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /// Calls a converter.
  Value call(Expression.Call call, Subject subject, Value into) {
    List<Expression> arguments = call.arguments();
    return switch (call.function()) {
      case IS_ROOT_SPAN -> isRootSpan(subject, into);
      case HAS_ATTR_ON_DATAPOINT, HAS_ATTR_KEY_ON_DATAPOINT ->
          hasAttribute(arguments, subject, into);
      case CONCAT -> concat(arguments, subject, into);
      default -> {
        Value target = evaluator.value(arguments.getFirst(), subject);
        yield evaluator.failed() ? evaluator.fail(into) : call(call, target, subject, into);
      }
    };
  }

  private Value call(Expression.Call call, Value target, Subject subject, Value into) {
    switch (call.function()) {
      case IS_MATCH -> isMatch(target, Objects.requireNonNull(call.pattern()), into);
      case HAS_PREFIX, HAS_SUFFIX ->
          hasAffix(call, target, evaluator.value(call.arguments().get(1), subject), into);
      case IS_STRING -> into.setBool(target.kind() == Kind.STRING);
      case IS_INT -> into.setBool(target.kind() == Kind.INT);
      case IS_DOUBLE -> into.setBool(target.kind() == Kind.DOUBLE);
      case IS_BOOL -> into.setBool(target.kind() == Kind.BOOL);
      case IS_MAP -> into.setBool(target.kind() == Kind.MAP);
      case IS_LIST -> into.setBool(target.kind() == Kind.LIST);
      case LEN -> len(target, into);
      case STRING -> string(target, into);
      case INT -> toInt(target, into);
      case TO_LOWER_CASE, TO_UPPER_CASE ->
          changeCase(target, call.function() == Function.TO_UPPER_CASE, into);
      case SUBSTRING -> substring(call.arguments(), target, subject, into);
      case SHA256 -> sha256(target, into);
      case TRACE_ID -> id(target, Kind.TRACE_ID, 16, into);
      case SPAN_ID -> id(target, Kind.SPAN_ID, 8, into);
      case IS_ROOT_SPAN, HAS_ATTR_ON_DATAPOINT, HAS_ATTR_KEY_ON_DATAPOINT, CONCAT ->
          throw new IllegalStateException(call.function() + " has no target");
    }
    return into;
  }

  private static Value isRootSpan(Subject subject, Value into) {
    subject.read(PARENT, into);
    boolean root = true;
    for (int i = into.from(); i < into.to(); i++) {
      root &= into.bytes()[i] == 0;
    }
    into.setBool(root);
    return into;
  }

  private Value hasAttribute(List<Expression> arguments, Subject subject, Value into) {
    Value key = evaluator.value(arguments.getFirst(), subject);
    Value text = arguments.size() == 1 ? null : evaluator.value(arguments.get(1), subject);
    byte[] name = Arrays.copyOfRange(key.bytes(), key.from(), key.to());
    into.setBool(subject.hasAttributeOnPoint(name, text));
    return into;
  }

  private void isMatch(Value target, CachedPattern pattern, Value into) {
    if (target.kind() == Kind.STRING) {
      into.setBool(pattern.find(target.bytes(), target.from(), target.to()));
      return;
    }
    if (target.kind() == Kind.NIL) {
      into.setBool(false);
      return;
    }
    String text = text(target);
    if (text == null) {
      evaluator.fail(into);
    } else {
      into.setBool(pattern.find(text));
    }
  }

  /* As StringLikeGetter makes a text of a value; null when there is none. */
  private static @Nullable String text(Value value) {
    return switch (value.kind()) {
      case STRING -> AnyValueText.utf8(value.bytes(), value.from(), value.to());
      case NIL -> null;
      case BOOL -> Boolean.toString(value.integer() != 0);
      case INT -> Long.toString(value.integer());
      case DOUBLE ->
          Double.isFinite(value.floating()) ? AnyValueText.number(value.floating()) : null;
      case BYTES -> hex(value);
      case TRACE_ID, SPAN_ID -> '"' + hex(value) + '"';
      case LIST, MAP -> value.json();
    };
  }

  private static String hex(Value value) {
    AnyValueText.requireFits(2L * (value.to() - value.from()));
    return HexFormat.of().formatHex(value.bytes(), value.from(), value.to());
  }

  private void string(Value target, Value into) {
    if (target.kind() == Kind.NIL) {
      into.setNil();
      return;
    }
    if (target.kind() == Kind.STRING) {
      into.set(target);
      return;
    }
    String text = text(target);
    if (text == null) {
      evaluator.fail(into);
    } else {
      into.setString(text);
    }
  }

  private void hasAffix(Expression.Call call, Value target, Value affix, Value into) {
    if (target.kind() != Kind.STRING || affix.kind() != Kind.STRING) {
      evaluator.fail(into);
      return;
    }
    int length = affix.to() - affix.from();
    boolean prefix = call.function() == Function.HAS_PREFIX;
    int from = prefix ? target.from() : target.to() - length;
    into.setBool(
        length <= target.to() - target.from()
            && Arrays.equals(
                target.bytes(), from, from + length, affix.bytes(), affix.from(), affix.to()));
  }

  private void len(Value target, Value into) {
    switch (target.kind()) {
      case STRING, BYTES -> into.setInt(target.to() - target.from());
      case LIST, MAP -> into.setInt(target.entries());
      case NIL, BOOL, INT, DOUBLE, TRACE_ID, SPAN_ID -> evaluator.fail(into);
    }
  }

  private Value concat(List<Expression> arguments, Subject subject, Value into) {
    Value delimiter = evaluator.value(arguments.getLast(), subject);
    if (delimiter.kind() != Kind.STRING) {
      return evaluator.fail(into);
    }
    String between = AnyValueText.utf8(delimiter.bytes(), delimiter.from(), delimiter.to());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < arguments.size() - 1; i++) {
      Value value = evaluator.value(arguments.get(i), subject);
      String part = value.kind() == Kind.NIL ? "<nil>" : text(value);
      if (part == null || evaluator.failed()) {
        return evaluator.fail(into);
      }
      AnyValueText.requireFits((long) text.length() + between.length() + part.length());
      text.append(i == 0 ? "" : between).append(part);
    }
    into.setString(text.toString());
    return into;
  }

  private void toInt(Value target, Value into) {
    switch (target.kind()) {
      case INT, BOOL -> into.setInt(target.integer());
      case DOUBLE -> into.setInt((long) target.floating());
      case STRING -> parseInt(AnyValueText.utf8(target.bytes(), target.from(), target.to()), into);
      case NIL -> into.setNil();
      case BYTES, LIST, MAP, TRACE_ID, SPAN_ID -> evaluator.fail(into);
    }
  }

  /* What is no number is nil, and no error. */
  private static void parseInt(String text, Value into) {
    boolean ascii = text.chars().allMatch(c -> c < 0x80);
    try {
      into.setInt(Long.parseLong(ascii ? text : ""));
    } catch (NumberFormatException _) {
      into.setNil();
    }
  }

  private void changeCase(Value target, boolean upper, Value into) {
    if (target.kind() != Kind.STRING) {
      evaluator.fail(into);
      return;
    }
    String text = AnyValueText.utf8(target.bytes(), target.from(), target.to());
    StringBuilder changed = new StringBuilder(text.length());
    // Character by character, as Go does it: no letter becomes two.
    text.codePoints()
        .forEach(c ->
            changed.appendCodePoint(upper ? Character.toUpperCase(c) : Character.toLowerCase(c)));
    into.setString(changed.toString());
  }

  private void substring(List<Expression> arguments, Value target, Subject subject, Value into) {
    Value start = evaluator.value(arguments.get(1), subject);
    Value length = evaluator.value(arguments.get(2), subject);
    boolean fits =
        target.kind() == Kind.STRING && start.kind() == Kind.INT && length.kind() == Kind.INT;
    int size = target.to() - target.from();
    if (!fits
        || start.integer() < 0
        || length.integer() <= 0
        || start.integer() > size
        || length.integer() > size - start.integer()) {
      evaluator.fail(into);
      return;
    }
    int from = target.from() + (int) start.integer();
    int to = from + (int) length.integer();
    // A cut through a character would be no text: OTLP allows none.
    if (Utf8.isValid(target.bytes(), from, to)) {
      into.set(Kind.STRING, target.bytes(), from, to);
    } else {
      evaluator.fail(into);
    }
  }

  private void sha256(Value target, Value into) {
    if (target.kind() != Kind.STRING) {
      evaluator.fail(into);
      return;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(target.bytes(), target.from(), target.to() - target.from());
      into.setString(HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (every Java platform has it)", e);
    }
  }

  /* Of the id's bytes, or of twice as many hex digits. */
  private void id(Value target, Kind kind, int length, Value into) {
    boolean bytes = target.kind() == Kind.BYTES || target.kind() == Kind.STRING;
    int size = bytes ? target.to() - target.from() : 0;
    if (size == length) {
      into.set(kind, target.bytes(), target.from(), target.to());
      return;
    }
    if (size == 2 * length) {
      try {
        String hex = AnyValueText.utf8(target.bytes(), target.from(), target.to());
        into.set(kind, HexFormat.of().parseHex(hex), 0, length);
        return;
      } catch (IllegalArgumentException _) {
        // No hex digits: below.
      }
    }
    evaluator.fail(into);
  }
}
