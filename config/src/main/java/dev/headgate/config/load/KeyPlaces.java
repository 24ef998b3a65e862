package dev.headgate.config.load;

import dev.headgate.config.load.Node.Entry;
import dev.headgate.config.load.Node.MapNode;
import java.util.List;

/// Where the keys of a configuration stand, for problems that show after it was read.
///
/// **Threading:** any thread.
public final class KeyPlaces {
  private final MapNode root;

  KeyPlaces(MapNode root) {
    this.root = root;
  }

  /// A problem at a key, or at the last of the keys above it that is written.
  Problem problem(List<String> keys, String message) {
    Mark mark = root.mark();
    Node node = root;
    String path = "";
    for (String key : keys) {
      path = Place.join(path, key);
      Entry entry = node instanceof MapNode map ? map.entries().get(key) : null;
      if (entry != null) {
        mark = entry.keyMark();
        node = entry.value();
      } else {
        node = MapNode.empty(mark);
      }
    }
    return Problem.at(mark, path, message);
  }
}
