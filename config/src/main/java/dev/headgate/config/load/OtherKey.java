package dev.headgate.config.load;

import dev.headgate.config.load.Node.BrokenNode;
import dev.headgate.config.load.Node.ListNode;
import dev.headgate.config.load.Node.MapNode;
import dev.headgate.config.load.Node.ScalarNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A key of the Collector that is read without being honoured.
///
/// @param status what happens to it
/// @param text harmless: why it has no effect; unsupported: what to do instead
/// @param fine values that an unsupported key may have because they ask for nothing; empty = those
///   that switch off, such as `false` and 0
record OtherKey(String name, Status status, String text, Set<String> fine) {
  /// What happens to a key that is not honoured.
  enum Status {
    /// Accepted with a notice.
    HARMLESS,
    /// An error that names the alternative.
    UNSUPPORTED
  }

  private static final Set<String> OFF = Set.of("false", "False", "FALSE", "0", "0s");

  /// Notes or reports the key.
  void read(Node node, Mark keyMark, Place place) {
    if (status == Status.HARMLESS) {
      place.notice(keyMark, "has no effect here: " + text);
    } else if (asksForNothing(node)) {
      place.notice(keyMark, "has no effect here: it asks for nothing");
    } else {
      place.problem(keyMark, "not supported (expected: " + text + ")");
    }
  }

  /// Files often name a feature only to switch it off.
  private boolean asksForNothing(Node node) {
    return switch (node) {
      case ScalarNode scalar ->
          scalar.isNull()
              || scalar.text().isEmpty()
              || (fine.isEmpty() ? OFF : fine).contains(scalar.text());
      case ListNode list -> list.items().isEmpty();
      case MapNode map -> map.entries().isEmpty() || isDisabled(map.entries().get("enabled"));
      case BrokenNode _ -> true;
    };
  }

  private static boolean isDisabled(Node.@Nullable Entry enabled) {
    return enabled != null
        && enabled.value() instanceof ScalarNode flag
        && flag.text().equals("false");
  }
}
