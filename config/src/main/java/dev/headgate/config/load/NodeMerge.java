package dev.headgate.config.load;

import dev.headgate.config.load.Node.Entry;
import dev.headgate.config.load.Node.MapNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Lays configurations over each other as the Collector does: maps merge key by key, everything
/// else, lists and null included, replaces what was there.
final class NodeMerge {
  private NodeMerge() {}

  static MapNode merge(MapNode below, MapNode above) {
    Map<String, Entry> entries = new LinkedHashMap<>(below.entries());
    above
        .entries()
        .forEach((key, entry) -> entries.merge(key, entry, (old, young) -> merge(old, young)));
    return new MapNode(above.mark(), entries);
  }

  private static Entry merge(Entry below, Entry above) {
    return below.value() instanceof MapNode old && above.value() instanceof MapNode young
        ? new Entry(above.keyMark(), merge(old, young))
        : above;
  }

  /// Applies one `a.b.c=value`; returns the root unchanged when it is not one.
  static MapNode override(MapNode root, String text, List<Problem> problems) {
    int equals = text.indexOf('=');
    String path = equals < 0 ? "" : text.substring(0, equals).strip();
    List<String> keys = List.of(path.split("\\.", -1));
    // The value is left out of names and messages: it may be a secret.
    String source = "--set " + Shown.name(path);
    if (keys.stream().anyMatch(String::isBlank) || keys.size() > YamlParser.MAX_DEPTH) {
      problems.add(
          new Problem(
              source.strip(), 0, "", "not an assignment (expected: --set path.to.key=value)"));
      return root;
    }
    Node value = value(new ConfigSource(source, text.substring(equals + 1)), problems);
    if (value == null) {
      return root;
    }
    MapNode above = null;
    for (String key : keys.reversed()) {
      Map<String, Entry> entries = new LinkedHashMap<>();
      entries.put(key, new Entry(value.mark(), above == null ? value : above));
      above = new MapNode(value.mark(), entries);
    }
    return above == null ? root : merge(root, above);
  }

  private static @Nullable Node value(ConfigSource source, List<Problem> problems) {
    int before = problems.size();
    Node value = YamlParser.parse(source, problems);
    if (value != null || problems.size() > before) {
      return value;
    }
    return new Node.ScalarNode(new Mark(source.name(), 0), "", "", true);
  }
}
