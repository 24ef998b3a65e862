package dev.headgate.config.load;

import dev.headgate.config.FilterConfig;
import java.util.List;
import java.util.Map;

/// The `filter` processor.
final class FilterBlock {
  private static final Key<FilterConfig.ErrorMode> ERROR_MODE =
      Key.of(
          "error_mode",
          Types.choiceOf(FilterConfig.ErrorMode.class),
          FilterConfig.ErrorMode.IGNORE,
          "what an error while evaluating does: the item stays, with or without a log line, or the"
              + " request fails");
  private static final Key<List<String>> SPAN = conditions("span", "spans");
  private static final Key<List<String>> SPAN_EVENT = conditions("spanevent", "span events");
  private static final Key<List<String>> LOG_RECORD = conditions("log_record", "log records");
  private static final Key<List<String>> METRIC = conditions("metric", "whole metrics");
  private static final Key<List<String>> DATA_POINT = conditions("datapoint", "data points");

  /// The conditions of one signal by the key they stand under.
  private record Conditions(Map<Key<List<String>>, List<String>> byKey) {
    List<String> of(Key<List<String>> key) {
      return byKey.getOrDefault(key, List.of());
    }
  }

  private static final Key<Conditions> TRACES =
      Key.block("traces", group(SPAN, SPAN_EVENT).unsupported("span", "resource", "scope"), "");
  private static final Key<Conditions> LOGS =
      Key.block(
          "logs",
          group(LOG_RECORD, LOG_RECORD)
              .unsupported("log_record", "resource", "scope", "include", "exclude"),
          "");
  private static final Key<Conditions> METRICS =
      Key.block(
          "metrics",
          group(METRIC, DATA_POINT)
              .unsupported("metric or datapoint", "resource", "scope", "include", "exclude"),
          "");

  static final Block<FilterConfig> BLOCK =
      Block.of(FilterBlock::filter, ERROR_MODE, TRACES, LOGS, METRICS)
          .unsupported("traces.span and traces.spanevent", "trace_conditions", "spans")
          .unsupported("logs.log_record", "log_conditions")
          .unsupported("metrics.metric and metrics.datapoint", "metric_conditions")
          .unsupported("nothing: profiles are not received", "profile_conditions", "profiles");

  private FilterBlock() {}

  private static Key<List<String>> conditions(String name, String what) {
    return Key.of(
        name,
        ListType.of(Types.condition(name), "OTTL conditions"),
        List.of(),
        what + " for which any of them holds are dropped");
  }

  private static Block<Conditions> group(Key<List<String>> first, Key<List<String>> second) {
    return first == second
        ? Block.of(v -> new Conditions(Map.of(first, v.get(first))), first)
        : Block.of(
            v -> new Conditions(Map.of(first, v.get(first), second, v.get(second))), first, second);
  }

  private static FilterConfig filter(Values v) {
    return new FilterConfig(
        v.get(ERROR_MODE),
        v.get(TRACES).of(SPAN),
        v.get(TRACES).of(SPAN_EVENT),
        v.get(LOGS).of(LOG_RECORD),
        v.get(METRICS).of(METRIC),
        v.get(METRICS).of(DATA_POINT));
  }
}
