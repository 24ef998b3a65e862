package dev.headgate.config.load;

import dev.headgate.config.load.Node.BrokenNode;
import dev.headgate.config.load.Node.ListNode;
import dev.headgate.config.load.Node.ScalarNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A list of values of one type.
///
/// @param plural what errors call the items
/// @param commas whether a single text is split at commas, as the Collector does; never for items
///   that may contain commas themselves
record ListType<T>(Type<T> item, String plural, boolean commas) implements Type<List<T>> {
  /// A list that may also be written as `a,b`.
  static <T> ListType<T> ofNames(Type<T> item, String plural) {
    return new ListType<>(item, plural, true);
  }

  static <T> ListType<T> of(Type<T> item, String plural) {
    return new ListType<>(item, plural, false);
  }

  @Override
  public @Nullable List<T> read(Node node, Place place) {
    return switch (node) {
      case ListNode list -> items(list.items(), place);
      case ScalarNode scalar when commas && !scalar.isNull() -> items(split(scalar), place);
      case BrokenNode _ -> null;
      default -> {
        place.problem(node.mark(), Node.kind(node) + " (expected: a list of " + plural + ")");
        yield null;
      }
    };
  }

  private static List<Node> split(ScalarNode scalar) {
    List<Node> items = new ArrayList<>();
    for (String part : scalar.text().split(",", -1)) {
      String text = part.strip();
      // What came from the environment stays hidden behind its reference.
      items.add(
          new ScalarNode(
              scalar.mark(), text, scalar.isExpanded() ? scalar.written() : text, false));
    }
    return items;
  }

  private @Nullable List<T> items(List<Node> nodes, Place place) {
    List<T> values = new ArrayList<>();
    boolean complete = true;
    for (int i = 0; i < nodes.size(); i++) {
      T value = item.read(nodes.get(i), place.index(i));
      if (value == null) {
        complete = false;
      } else {
        values.add(value);
      }
    }
    return complete ? List.copyOf(values) : null;
  }

  @Override
  public String title() {
    return "list of " + plural;
  }

  @Override
  public String show(List<T> values) {
    return "[" + String.join(", ", values.stream().map(item::show).toList()) + "]";
  }

  @Override
  public @Nullable Block<?> block() {
    return item.block();
  }
}
