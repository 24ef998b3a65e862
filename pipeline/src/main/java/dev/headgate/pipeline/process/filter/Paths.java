package dev.headgate.pipeline.process.filter;

import dev.headgate.pipeline.process.filter.Operand.Part;
import dev.headgate.pipeline.process.filter.Operand.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The paths and symbols that conditions may name, by context (OTTL's `contexts`).
final class Paths {
  private Paths() {}

  /// The path of some names and keys, or null when this version does not know it.
  static @Nullable Path resolve(ItemContext context, List<String> names, byte[][] keys) {
    String first = names.getFirst();
    List<String> rest = names.subList(1, names.size());
    Part part = rest.isEmpty() ? null : reachable(context, first);
    return part == null
        ? in(own(context), String.join(".", names), keys)
        : in(part, String.join(".", rest), keys);
  }

  private static Part own(ItemContext context) {
    return switch (context) {
      case SPAN -> Part.SPAN;
      case SPAN_EVENT -> Part.SPAN_EVENT;
      case LOG -> Part.LOG;
      case METRIC -> Part.METRIC;
      case DATA_POINT -> Part.DATA_POINT;
    };
  }

  private static @Nullable Part reachable(ItemContext context, String prefix) {
    if (prefix.equals("resource")) {
      return Part.RESOURCE;
    }
    if (prefix.equals("scope") || prefix.equals("instrumentation_scope")) {
      return Part.SCOPE;
    }
    if (prefix.equals(context.prefix())) {
      return own(context);
    }
    if (context == ItemContext.SPAN_EVENT && prefix.equals("span")) {
      return Part.SPAN;
    }
    return context == ItemContext.DATA_POINT && prefix.equals("metric") ? Part.METRIC : null;
  }

  private static @Nullable Path in(Part part, String name, byte[][] keys) {
    boolean map = name.equals("attributes") || (part == Part.LOG && name.equals("body"));
    if (keys.length > 0 && !map) {
      return null;
    }
    Path path =
        switch (part) {
          case RESOURCE ->
              name.equals("attributes") ? new Path(part, 1, Operand.Type.ATTRIBUTES, keys) : null;
          case SCOPE -> scope(name, keys);
          case SPAN, SPAN_STATUS -> span(name, keys);
          case SPAN_EVENT -> spanEvent(name, keys);
          case LOG -> log(name, keys);
          case METRIC -> metric(name, keys);
          case DATA_POINT -> dataPoint(name, keys);
        };
    // A whole map is not a value that can be compared here.
    return path != null && path.type() == Operand.Type.ATTRIBUTES && keys.length == 0 ? null : path;
  }

  private static @Nullable Path scope(String name, byte[][] keys) {
    return switch (name) {
      case "name" -> new Path(Part.SCOPE, 1, Operand.Type.STRING, keys);
      case "version" -> new Path(Part.SCOPE, 2, Operand.Type.STRING, keys);
      case "attributes" -> new Path(Part.SCOPE, 3, Operand.Type.ATTRIBUTES, keys);
      default -> null;
    };
  }

  private static @Nullable Path span(String name, byte[][] keys) {
    return switch (name) {
      case "trace_state" -> new Path(Part.SPAN, 3, Operand.Type.STRING, keys);
      case "name" -> new Path(Part.SPAN, 5, Operand.Type.STRING, keys);
      case "kind" -> new Path(Part.SPAN, 6, Operand.Type.VARINT, keys);
      case "kind.string" -> new Path(Part.SPAN, 6, Operand.Type.SPAN_KIND_TEXT, keys);
      case "start_time_unix_nano" -> new Path(Part.SPAN, 7, Operand.Type.FIXED64, keys);
      case "end_time_unix_nano" -> new Path(Part.SPAN, 8, Operand.Type.FIXED64, keys);
      case "attributes" -> new Path(Part.SPAN, 9, Operand.Type.ATTRIBUTES, keys);
      case "status.message" -> new Path(Part.SPAN_STATUS, 2, Operand.Type.STRING, keys);
      case "status.code" -> new Path(Part.SPAN_STATUS, 3, Operand.Type.VARINT, keys);
      default -> null;
    };
  }

  private static @Nullable Path spanEvent(String name, byte[][] keys) {
    return switch (name) {
      case "time_unix_nano" -> new Path(Part.SPAN_EVENT, 1, Operand.Type.FIXED64, keys);
      case "name" -> new Path(Part.SPAN_EVENT, 2, Operand.Type.STRING, keys);
      case "attributes" -> new Path(Part.SPAN_EVENT, 3, Operand.Type.ATTRIBUTES, keys);
      default -> null;
    };
  }

  private static @Nullable Path log(String name, byte[][] keys) {
    return switch (name) {
      case "time_unix_nano" -> new Path(Part.LOG, 1, Operand.Type.FIXED64, keys);
      case "severity_number" -> new Path(Part.LOG, 2, Operand.Type.VARINT, keys);
      case "severity_text" -> new Path(Part.LOG, 3, Operand.Type.STRING, keys);
      case "body" -> new Path(Part.LOG, 5, Operand.Type.ANY_VALUE, keys);
      case "body.string" -> new Path(Part.LOG, 5, Operand.Type.ANY_VALUE_TEXT, keys);
      case "attributes" -> new Path(Part.LOG, 6, Operand.Type.ATTRIBUTES, keys);
      case "observed_time_unix_nano" -> new Path(Part.LOG, 11, Operand.Type.FIXED64, keys);
      case "event_name" -> new Path(Part.LOG, 12, Operand.Type.STRING, keys);
      default -> null;
    };
  }

  private static @Nullable Path metric(String name, byte[][] keys) {
    return switch (name) {
      case "name" -> new Path(Part.METRIC, 1, Operand.Type.STRING, keys);
      case "description" -> new Path(Part.METRIC, 2, Operand.Type.STRING, keys);
      case "unit" -> new Path(Part.METRIC, 3, Operand.Type.STRING, keys);
      case "type" -> new Path(Part.METRIC, 0, Operand.Type.METRIC_TYPE, keys);
      default -> null;
    };
  }

  private static @Nullable Path dataPoint(String name, byte[][] keys) {
    return switch (name) {
      // The number depends on the kind of point; the subject knows it.
      case "attributes" -> new Path(Part.DATA_POINT, 0, Operand.Type.ATTRIBUTES, keys);
      case "start_time_unix_nano" -> new Path(Part.DATA_POINT, 2, Operand.Type.FIXED64, keys);
      case "time_unix_nano" -> new Path(Part.DATA_POINT, 3, Operand.Type.FIXED64, keys);
      default -> null;
    };
  }

  /// The number of an enum symbol, or -1 when the context has none of that name.
  static int symbol(ItemContext context, String name) {
    return switch (context) {
      case SPAN, SPAN_EVENT -> spanSymbol(name);
      case LOG -> severity(name);
      case METRIC, DATA_POINT -> metricType(name);
    };
  }

  private static int spanSymbol(String name) {
    return switch (name) {
      case "SPAN_KIND_UNSPECIFIED", "STATUS_CODE_UNSET" -> 0;
      case "SPAN_KIND_INTERNAL", "STATUS_CODE_OK" -> 1;
      case "SPAN_KIND_SERVER", "STATUS_CODE_ERROR" -> 2;
      case "SPAN_KIND_CLIENT" -> 3;
      case "SPAN_KIND_PRODUCER" -> 4;
      case "SPAN_KIND_CONSUMER" -> 5;
      default -> -1;
    };
  }

  private static int metricType(String name) {
    return switch (name) {
      case "METRIC_DATA_TYPE_NONE" -> 0;
      case "METRIC_DATA_TYPE_GAUGE" -> 1;
      case "METRIC_DATA_TYPE_SUM" -> 2;
      case "METRIC_DATA_TYPE_HISTOGRAM" -> 3;
      case "METRIC_DATA_TYPE_EXPONENTIAL_HISTOGRAM" -> 4;
      case "METRIC_DATA_TYPE_SUMMARY" -> 5;
      default -> -1;
    };
  }

  /* Six levels of four numbers: SEVERITY_NUMBER_TRACE is 1, ..._TRACE4 is 4, ..._FATAL4 is 24. */
  private static int severity(String name) {
    String prefix = "SEVERITY_NUMBER_";
    if (!name.startsWith(prefix)) {
      return -1;
    }
    String level = name.substring(prefix.length());
    if (level.equals("UNSPECIFIED")) {
      return 0;
    }
    int step = 1;
    if (level.matches(".+[2-4]")) {
      step = level.charAt(level.length() - 1) - '0';
      level = level.substring(0, level.length() - 1);
    }
    int index = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL").indexOf(level);
    return index < 0 ? -1 : 4 * index + step;
  }
}
