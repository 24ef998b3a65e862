package dev.headgate.config.load;

import dev.headgate.config.OttlGroup;
import dev.headgate.config.Signal;
import dev.headgate.config.TransformConfig;
import dev.headgate.config.load.OttlKeys.Group;
import java.util.ArrayList;
import java.util.List;

/// The `transform` processor.
final class TransformBlock {
  private static final Key<List<Group>> TRACES =
      groups("trace_statements", Signal.TRACES, "`set(span.name, \"x\") where span.kind == 2`");
  private static final Key<List<Group>> LOGS =
      groups("log_statements", Signal.LOGS, "`delete_key(log.attributes, \"x\")`");
  private static final Key<List<Group>> METRICS =
      groups("metric_statements", Signal.METRICS, "`set(metric.unit, \"By\")`");

  static final Block<TransformConfig> BLOCK =
      Block.of(TransformBlock::transform, OttlKeys.ERROR_MODE, TRACES, LOGS, METRICS)
          .unsupported("nothing: profiles are not received", "profile_statements")
          .unsupported("statements in the context resource or log", "flatten_data");

  private TransformBlock() {}

  private static Key<List<Group>> groups(String name, Signal signal, String example) {
    return Key.of(
        name,
        OttlKeys.statementGroups(signal),
        List.of(),
        "what is changed; paths begin with their context, " + example);
  }

  private static TransformConfig transform(Values v) {
    List<OttlGroup> groups = new ArrayList<>();
    groups.addAll(OttlKeys.check(v.get(TRACES), Signal.TRACES, v.get(OttlKeys.ERROR_MODE)));
    groups.addAll(OttlKeys.check(v.get(LOGS), Signal.LOGS, v.get(OttlKeys.ERROR_MODE)));
    groups.addAll(OttlKeys.check(v.get(METRICS), Signal.METRICS, v.get(OttlKeys.ERROR_MODE)));
    return new TransformConfig(groups);
  }
}
