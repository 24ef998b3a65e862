package dev.headgate.config.load;

import dev.headgate.config.ComponentId;
import dev.headgate.config.load.Node.BrokenNode;
import dev.headgate.config.load.Node.Entry;
import dev.headgate.config.load.Node.MapNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A map of components, `type` or `type/name` to the block of that type.
///
/// @param kind what errors call one: `receiver`
/// @param blocks the tables by type, aliases included
/// @param unsupported types of the Collector with what to use instead
/// @param idle types of the Collector that are accepted without doing anything, with the reason
record Section<C>(
    String kind,
    Map<String, Block<? extends C>> blocks,
    Map<String, String> unsupported,
    Map<String, String> idle)
    implements Type<Declared<C>> {
  /// Ids become values of metric labels: printable and short.
  private static final Pattern NAME = Pattern.compile("[^\\s\\p{Cntrl}\"\\\\]{1,200}");

  @Override
  public @Nullable Declared<C> read(Node node, Place place) {
    return switch (node) {
      case MapNode map -> {
        Declared<C> declared =
            new Declared<>(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashSet<>());
        map.entries()
            .forEach((text, entry) -> readComponent(text, entry, place.key(text), declared));
        yield declared;
      }
      case BrokenNode _ -> null;
      default -> {
        place.problem(node.mark(), Node.kind(node) + " (expected: " + title() + ")");
        yield null;
      }
    };
  }

  private void readComponent(String text, Entry entry, Place place, Declared<C> declared) {
    ComponentId id = ComponentId.parse(text);
    if (id.type().isEmpty()
        || !NAME.matcher(id.toString()).matches()
        || (text.indexOf('/') >= 0 && id.name().isEmpty())) {
      place.problem(entry.keyMark(), "not the id of a component (expected: type or type/name)");
      return;
    }
    if (declared.marks().putIfAbsent(id, entry.keyMark()) != null) {
      place.problem(entry.keyMark(), "given twice (expected: once)");
      return;
    }
    String type = id.type();
    if (idle.containsKey(type)) {
      declared.idle().add(id);
      place.notice(entry.keyMark(), "has no effect here: " + idle.get(type));
    } else if (unsupported.containsKey(type)) {
      place.problem(
          entry.keyMark(),
          "the "
              + kind
              + " '"
              + type
              + "' is not supported (expected: "
              + unsupported.get(type)
              + ")");
    } else {
      readKnown(id, entry, place, declared);
    }
  }

  private void readKnown(ComponentId id, Entry entry, Place place, Declared<C> declared) {
    String type = id.type();
    Block<? extends C> block = blocks.get(type);
    if (block == null) {
      place.problem(
          entry.keyMark(),
          "unknown "
              + kind
              + " '"
              + Shown.name(type)
              + "' "
              + Suggestion.expected(type, blocks.keySet()));
      // Read as what was meant, so that the problems below it are reported too.
      String nearest = Suggestion.nearest(type, blocks.keySet());
      block = nearest == null ? null : blocks.get(nearest);
    }
    if (block != null) {
      int before = place.reading().problemCount();
      C config = block.read(entry.value(), place.inside(id));
      if (config != null) {
        declared.valid().put(id, config);
      } else if (place.reading().problemCount() == before && before == 0) {
        // Nothing may be missing from what runs without a word.
        place.problem(entry.keyMark(), "could not be read (expected: a valid block)");
      }
    }
  }

  /// The ids that a reference may mean.
  static Set<String> names(Declared<?> declared) {
    Set<String> names = new LinkedHashSet<>();
    declared.marks().keySet().forEach(id -> names.add(id.toString()));
    return names;
  }

  @Override
  public String title() {
    return "map of " + kind + "s";
  }
}
