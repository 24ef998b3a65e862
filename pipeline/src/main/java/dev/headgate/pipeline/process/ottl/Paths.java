package dev.headgate.pipeline.process.ottl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The paths that conditions and statements may name, by context (OTTL's `contexts`).
final class Paths {
  private static final String PATHS =
      "(supported: attributes[\"key\"], resource.attributes[\"key\"], scope.name, scope.version,"
          + " scope.attributes[\"key\"], and of the item name, kind, status.code, status.message,"
          + " trace_state, ids, severity_number, severity_text, body, event_name, type, unit,"
          + " description, values, flags or its times in nanoseconds, where it has them)";

  private Paths() {}

  /// The path of some names and keys.
  ///
  /// @param named whether the first name must be that of a context
  /// @throws OttlException when this version does not know it
  static Path resolve(
      Context context, boolean named, List<String> names, List<Path.Key> keys, int column) {
    String whole = String.join(".", names);
    String first = names.getFirst();
    Part part = names.size() == 1 ? null : context.reachable(first);
    if (part == null && named) {
      throw new OttlException(
          column,
          "path "
              + whole
              + " without its context (expected: "
              + context.contextName()
              + "."
              + whole
              + " or another context in front)");
    }
    Path path =
        part == null
            ? in(context.part(), whole, keys)
            : in(part, whole.substring(first.length() + 1), keys);
    if (path == null) {
      throw new OttlException(column, "unsupported path " + whole + " " + PATHS);
    }
    boolean indexed = path.type() == Path.Type.ATTRIBUTES || path.type() == Path.Type.ANY_VALUE;
    if (!keys.isEmpty() && !indexed) {
      throw new OttlException(column, "unsupported path " + whole + "[...]: it has no members");
    }
    if (path.type() == Path.Type.ATTRIBUTES && !keys.isEmpty() && keys.getFirst().name() == null) {
      throw new OttlException(column, "attributes with a number (expected: a key in quotes)");
    }
    return path.part() == context.part() ? path : path.toOuter();
  }

  private static @Nullable Path in(Part part, String name, List<Path.Key> keys) {
    return switch (part) {
      case RESOURCE -> resource(name, keys);
      case SCOPE -> scope(name, keys);
      case SPAN -> span(name, keys);
      case SPAN_EVENT -> spanEvent(name, keys);
      case LOG -> log(name, keys);
      case METRIC -> metric(name, keys);
      case DATA_POINT -> dataPoint(name, keys);
    };
  }

  private static @Nullable Path resource(String name, List<Path.Key> keys) {
    return switch (name) {
      case "attributes" -> new Path(Part.RESOURCE, 1, Path.Type.ATTRIBUTES, keys);
      case "dropped_attributes_count" -> new Path(Part.RESOURCE, 2, Path.Type.UINT32, keys);
      default -> null;
    };
  }

  private static @Nullable Path scope(String name, List<Path.Key> keys) {
    return switch (name) {
      case "name" -> new Path(Part.SCOPE, 1, Path.Type.STRING, keys);
      case "version" -> new Path(Part.SCOPE, 2, Path.Type.STRING, keys);
      case "attributes" -> new Path(Part.SCOPE, 3, Path.Type.ATTRIBUTES, keys);
      case "dropped_attributes_count" -> new Path(Part.SCOPE, 4, Path.Type.UINT32, keys);
      default -> null;
    };
  }

  private static @Nullable Path span(String name, List<Path.Key> keys) {
    return switch (name) {
      case "trace_id" -> new Path(Part.SPAN, 1, Path.Type.TRACE_ID, keys);
      case "trace_id.string" -> new Path(Part.SPAN, 1, Path.Type.TRACE_ID_TEXT, keys);
      case "span_id" -> new Path(Part.SPAN, 2, Path.Type.SPAN_ID, keys);
      case "span_id.string" -> new Path(Part.SPAN, 2, Path.Type.SPAN_ID_TEXT, keys);
      case "trace_state" -> new Path(Part.SPAN, 3, Path.Type.STRING, keys);
      case "parent_span_id" -> new Path(Part.SPAN, 4, Path.Type.SPAN_ID, keys);
      case "parent_span_id.string" -> new Path(Part.SPAN, 4, Path.Type.SPAN_ID_TEXT, keys);
      case "name" -> new Path(Part.SPAN, 5, Path.Type.STRING, keys);
      case "kind" -> new Path(Part.SPAN, 6, Path.Type.INT32, keys);
      case "kind.string" -> new Path(Part.SPAN, 6, Path.Type.SPAN_KIND_TEXT, keys);
      case "kind.deprecated_string" -> new Path(Part.SPAN, 6, Path.Type.SPAN_KIND_SYMBOL, keys);
      case "start_time_unix_nano" -> new Path(Part.SPAN, 7, Path.Type.FIXED64, keys);
      case "end_time_unix_nano" -> new Path(Part.SPAN, 8, Path.Type.FIXED64, keys);
      case "attributes" -> new Path(Part.SPAN, 9, Path.Type.ATTRIBUTES, keys);
      case "dropped_attributes_count" -> new Path(Part.SPAN, 10, Path.Type.UINT32, keys);
      case "dropped_events_count" -> new Path(Part.SPAN, 12, Path.Type.UINT32, keys);
      case "dropped_links_count" -> new Path(Part.SPAN, 14, Path.Type.UINT32, keys);
      case "status.message" -> new Path(Part.SPAN, 15, Path.Type.STATUS_MESSAGE, keys);
      case "status.code" -> new Path(Part.SPAN, 15, Path.Type.STATUS_CODE, keys);
      case "flags" -> new Path(Part.SPAN, 16, Path.Type.FIXED32, keys);
      default -> null;
    };
  }

  private static @Nullable Path spanEvent(String name, List<Path.Key> keys) {
    return switch (name) {
      case "time_unix_nano" -> new Path(Part.SPAN_EVENT, 1, Path.Type.FIXED64, keys);
      case "name" -> new Path(Part.SPAN_EVENT, 2, Path.Type.STRING, keys);
      case "attributes" -> new Path(Part.SPAN_EVENT, 3, Path.Type.ATTRIBUTES, keys);
      case "dropped_attributes_count" -> new Path(Part.SPAN_EVENT, 4, Path.Type.UINT32, keys);
      default -> null;
    };
  }

  private static @Nullable Path log(String name, List<Path.Key> keys) {
    return switch (name) {
      case "time_unix_nano" -> new Path(Part.LOG, 1, Path.Type.FIXED64, keys);
      case "severity_number" -> new Path(Part.LOG, 2, Path.Type.INT32, keys);
      case "severity_text" -> new Path(Part.LOG, 3, Path.Type.STRING, keys);
      case "body" -> new Path(Part.LOG, 5, Path.Type.ANY_VALUE, keys);
      case "body.string" -> new Path(Part.LOG, 5, Path.Type.ANY_VALUE_TEXT, keys);
      case "attributes" -> new Path(Part.LOG, 6, Path.Type.ATTRIBUTES, keys);
      case "dropped_attributes_count" -> new Path(Part.LOG, 7, Path.Type.UINT32, keys);
      case "flags" -> new Path(Part.LOG, 8, Path.Type.FIXED32, keys);
      case "trace_id" -> new Path(Part.LOG, 9, Path.Type.TRACE_ID, keys);
      case "trace_id.string" -> new Path(Part.LOG, 9, Path.Type.TRACE_ID_TEXT, keys);
      case "span_id" -> new Path(Part.LOG, 10, Path.Type.SPAN_ID, keys);
      case "span_id.string" -> new Path(Part.LOG, 10, Path.Type.SPAN_ID_TEXT, keys);
      case "observed_time_unix_nano" -> new Path(Part.LOG, 11, Path.Type.FIXED64, keys);
      case "event_name" -> new Path(Part.LOG, 12, Path.Type.STRING, keys);
      default -> null;
    };
  }

  private static @Nullable Path metric(String name, List<Path.Key> keys) {
    return switch (name) {
      case "name" -> new Path(Part.METRIC, 1, Path.Type.STRING, keys);
      case "description" -> new Path(Part.METRIC, 2, Path.Type.STRING, keys);
      case "unit" -> new Path(Part.METRIC, 3, Path.Type.STRING, keys);
      case "metadata" -> new Path(Part.METRIC, 12, Path.Type.ATTRIBUTES, keys);
      case "type" -> new Path(Part.METRIC, 0, Path.Type.METRIC_TYPE, keys);
      case "aggregation_temporality" -> new Path(Part.METRIC, 2, Path.Type.TEMPORALITY, keys);
      case "is_monotonic" -> new Path(Part.METRIC, 3, Path.Type.MONOTONIC, keys);
      default -> null;
    };
  }

  private static @Nullable Path dataPoint(String name, List<Path.Key> keys) {
    return switch (name) {
      case "attributes" -> new Path(Part.DATA_POINT, 0, Path.Type.ATTRIBUTES, keys);
      case "start_time_unix_nano" -> new Path(Part.DATA_POINT, 2, Path.Type.FIXED64, keys);
      case "time_unix_nano" -> new Path(Part.DATA_POINT, 3, Path.Type.FIXED64, keys);
      case "value_double" -> new Path(Part.DATA_POINT, 4, Path.Type.POINT_DOUBLE, keys);
      case "value_int" -> new Path(Part.DATA_POINT, 6, Path.Type.POINT_INT, keys);
      case "count" -> new Path(Part.DATA_POINT, 4, Path.Type.POINT_COUNT, keys);
      case "sum" -> new Path(Part.DATA_POINT, 5, Path.Type.POINT_SUM, keys);
      case "flags" -> new Path(Part.DATA_POINT, 0, Path.Type.POINT_FLAGS, keys);
      default -> null;
    };
  }
}
