package dev.headgate.pipeline.process.ottl;

import java.util.List;

/// The enum symbols of the contexts (OTTL's symbol tables).
final class Symbols {
  private Symbols() {}

  /// The number of a symbol, or -1 when the context has none of that name.
  static int number(Context context, String name) {
    return switch (context) {
      case SPAN, SPAN_EVENT -> span(name);
      case LOG -> severity(name);
      case METRIC -> metric(name);
      case DATA_POINT -> dataPoint(name);
      case RESOURCE, SCOPE -> -1;
    };
  }

  private static int span(String name) {
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

  private static int dataPoint(String name) {
    return switch (name) {
      case "FLAG_NONE" -> 0;
      case "FLAG_NO_RECORDED_VALUE" -> 1;
      default -> metric(name);
    };
  }

  private static int metric(String name) {
    return switch (name) {
      case "METRIC_DATA_TYPE_NONE", "AGGREGATION_TEMPORALITY_UNSPECIFIED" -> 0;
      case "METRIC_DATA_TYPE_GAUGE", "AGGREGATION_TEMPORALITY_DELTA" -> 1;
      case "METRIC_DATA_TYPE_SUM", "AGGREGATION_TEMPORALITY_CUMULATIVE" -> 2;
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
