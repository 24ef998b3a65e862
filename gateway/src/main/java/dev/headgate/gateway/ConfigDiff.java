package dev.headgate.gateway;

import dev.headgate.config.GatewayConfig;
import dev.headgate.config.PipelineConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// In what two configurations differ, by the keys of their components.
record ConfigDiff(List<String> added, List<String> changed, List<String> removed) {
  static ConfigDiff between(GatewayConfig before, GatewayConfig after) {
    Map<String, Object> old = parts(before);
    Map<String, Object> young = parts(after);
    List<String> added = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    young.forEach((key, part) -> {
      Object was = old.get(key);
      if (was == null) {
        added.add(key);
      } else if (!was.equals(part)) {
        changed.add(key);
      }
    });
    List<String> removed = old.keySet().stream().filter(key -> !young.containsKey(key)).toList();
    return new ConfigDiff(added, changed, removed);
  }

  private static Map<String, Object> parts(GatewayConfig config) {
    Map<String, Object> parts = new LinkedHashMap<>();
    config.receivers().forEach((id, part) -> parts.put("receivers." + id, part));
    config.processors().forEach((id, part) -> parts.put("processors." + id, part));
    config.exporters().forEach((id, part) -> parts.put("exporters." + id, part));
    config.extensions().forEach((id, part) -> parts.put("extensions." + id, part));
    for (PipelineConfig pipeline : config.service().pipelines()) {
      parts.put("service.pipelines." + pipeline.id(), pipeline);
    }
    parts.put("service.telemetry", config.service().telemetry());
    parts.put("service.shutdown_timeout", config.service().shutdownTimeout());
    return parts;
  }

  @Override
  public String toString() {
    List<String> said = new ArrayList<>();
    say(said, "added", added);
    say(said, "changed", changed);
    say(said, "removed", removed);
    return said.isEmpty() ? "only the order changed" : String.join("; ", said);
  }

  private static void say(List<String> said, String what, List<String> keys) {
    if (!keys.isEmpty()) {
      said.add(what + " " + String.join(", ", keys));
    }
  }
}
