package dev.headgate.pipeline.process.ottl;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A converter of OTTL that this version has.
public enum Function {
  IS_MATCH("IsMatch", 2, true),
  HAS_PREFIX("HasPrefix", 2, true),
  HAS_SUFFIX("HasSuffix", 2, true),
  IS_STRING("IsString", 1, true),
  IS_INT("IsInt", 1, true),
  IS_DOUBLE("IsDouble", 1, true),
  IS_BOOL("IsBool", 1, true),
  IS_MAP("IsMap", 1, true),
  IS_LIST("IsList", 1, true),
  IS_ROOT_SPAN("IsRootSpan", 0, true),
  HAS_ATTR_ON_DATAPOINT("HasAttrOnDatapoint", 2, true),
  HAS_ATTR_KEY_ON_DATAPOINT("HasAttrKeyOnDatapoint", 1, true),
  LEN("Len", 1, false),
  CONCAT("Concat", 2, false),
  STRING("String", 1, false),
  INT("Int", 1, false),
  TO_LOWER_CASE("ToLowerCase", 1, false),
  TO_UPPER_CASE("ToUpperCase", 1, false),
  SUBSTRING("Substring", 3, false),
  SHA256("SHA256", 1, false),
  TRACE_ID("TraceID", 1, false),
  SPAN_ID("SpanID", 1, false);

  private final String functionName;
  private final int arity;
  private final boolean test;

  Function(String functionName, int arity, boolean test) {
    this.functionName = functionName;
    this.arity = arity;
    this.test = test;
  }

  /// The Collector's name for it.
  String functionName() {
    return functionName;
  }

  /// How many arguments it takes.
  int arity() {
    return arity;
  }

  /// Whether its value is a boolean, so that it is a condition by itself.
  boolean test() {
    return test;
  }

  /// Whether a context has it.
  boolean in(Context context) {
    return switch (this) {
      case IS_ROOT_SPAN -> context == Context.SPAN;
      case HAS_ATTR_ON_DATAPOINT, HAS_ATTR_KEY_ON_DATAPOINT -> context == Context.METRIC;
      case IS_MATCH,
          HAS_PREFIX,
          HAS_SUFFIX,
          IS_STRING,
          IS_INT,
          IS_DOUBLE,
          IS_BOOL,
          IS_MAP,
          IS_LIST,
          LEN,
          CONCAT,
          STRING,
          INT,
          TO_LOWER_CASE,
          TO_UPPER_CASE,
          SUBSTRING,
          SHA256,
          TRACE_ID,
          SPAN_ID ->
          true;
    };
  }

  /// The function of a name, or null.
  static @Nullable Function named(String name) {
    for (Function function : values()) {
      if (function.functionName.equals(name)) {
        return function;
      }
    }
    return null;
  }

  /// All names, for messages.
  static String names() {
    return Arrays.stream(values()).map(Function::functionName).collect(Collectors.joining(", "));
  }
}
