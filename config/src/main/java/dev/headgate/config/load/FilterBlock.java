package dev.headgate.config.load;

import dev.headgate.config.FilterConfig;
import dev.headgate.config.OttlGroup;
import dev.headgate.config.Signal;
import dev.headgate.config.load.OttlKeys.Group;
import dev.headgate.config.load.OttlKeys.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The `filter` processor.
final class FilterBlock {
  private static final Key<List<Text>> RESOURCE =
      conditions("resource", "resources, with all that is in them,");
  private static final Key<List<Text>> SPAN = conditions("span", "spans");
  private static final Key<List<Text>> SPAN_EVENT = conditions("spanevent", "span events");
  private static final Key<List<Text>> LOG_RECORD = conditions("log_record", "log records");
  private static final Key<List<Text>> METRIC = conditions("metric", "whole metrics");
  private static final Key<List<Text>> DATA_POINT = conditions("datapoint", "data points");

  private static final Key<List<Group>> TRACES =
      Key.block("traces", ofSignal(RESOURCE, SPAN, SPAN_EVENT), "");
  private static final Key<List<Group>> LOGS =
      Key.block(
          "logs",
          ofSignal(RESOURCE, LOG_RECORD).unsupported("log_record", "include", "exclude"),
          "");
  private static final Key<List<Group>> METRICS =
      Key.block(
          "metrics",
          ofSignal(RESOURCE, METRIC, DATA_POINT)
              .unsupported("metric or datapoint", "include", "exclude", "regexp"),
          "");

  private static final Key<List<Group>> TRACE_CONDITIONS =
      groups("trace_conditions", Signal.TRACES, "`span.name == \"x\"`");
  private static final Key<List<Group>> LOG_CONDITIONS =
      groups("log_conditions", Signal.LOGS, "`log.body == \"x\"`");
  private static final Key<List<Group>> METRIC_CONDITIONS =
      groups("metric_conditions", Signal.METRICS, "`metric.name == \"x\"`");

  static final Block<FilterConfig> BLOCK =
      Block.of(
              FilterBlock::filter,
              OttlKeys.ERROR_MODE,
              TRACES,
              LOGS,
              METRICS,
              TRACE_CONDITIONS,
              LOG_CONDITIONS,
              METRIC_CONDITIONS)
          .unsupported("trace_conditions", "spans")
          .unsupported("nothing: profiles are not received", "profile_conditions", "profiles");

  private FilterBlock() {}

  private static Key<List<Text>> conditions(String name, String what) {
    return Key.of(
        name,
        OttlKeys.texts("conditions"),
        List.of(),
        what + " for which any of them holds are dropped");
  }

  private static Key<List<Group>> groups(String name, Signal signal, String example) {
    return Key.of(
        name,
        OttlKeys.conditionGroups(signal),
        List.of(),
        "what any of them holds for is dropped; paths begin with their context, " + example);
  }

  /// A group for each key, in the order the Collector evaluates them.
  @SafeVarargs
  private static Block<List<Group>> ofSignal(Key<List<Text>>... keys) {
    return Block.of(
        v -> {
          List<Group> groups = new ArrayList<>();
          for (Key<List<Text>> key : keys) {
            if (!v.get(key).isEmpty()) {
              String context = key.name().equals("log_record") ? "log" : key.name();
              groups.add(
                  new Group(
                      context, v.get(key), List.of(), Optional.empty(), v.mark(key), v.place()));
            }
          }
          return groups;
        },
        keys);
  }

  private static FilterConfig filter(Values v) {
    List<OttlGroup> groups = new ArrayList<>();
    add(v, Signal.TRACES, TRACES, TRACE_CONDITIONS, groups);
    add(v, Signal.LOGS, LOGS, LOG_CONDITIONS, groups);
    add(v, Signal.METRICS, METRICS, METRIC_CONDITIONS, groups);
    return new FilterConfig(groups);
  }

  private static void add(
      Values v,
      Signal signal,
      Key<List<Group>> byContext,
      Key<List<Group>> inferred,
      List<OttlGroup> groups) {
    if (!v.get(byContext).isEmpty() && !v.get(inferred).isEmpty()) {
      v.problem(inferred, "given beside " + byContext.name() + " (expected: one of the two)");
    }
    groups.addAll(OttlKeys.check(v.get(byContext), signal, v.get(OttlKeys.ERROR_MODE)));
    groups.addAll(OttlKeys.check(v.get(inferred), signal, v.get(OttlKeys.ERROR_MODE)));
  }
}
