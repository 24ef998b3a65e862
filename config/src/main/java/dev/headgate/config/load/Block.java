package dev.headgate.config.load;

import dev.headgate.config.load.Node.BrokenNode;
import dev.headgate.config.load.Node.Entry;
import dev.headgate.config.load.Node.MapNode;
import dev.headgate.config.load.Node.ScalarNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The table of a block's keys, from which everything else follows: how it is read, which keys are
/// refused and with which advice, and what the reference page says.
///
/// `key:` without a value is the empty block: all keys have their defaults.
final class Block<T> implements Type<T> {
  private final Build<T> build;
  private final List<Key<?>> keys;
  private final List<OtherKey> others;
  private final boolean always;

  /// From the values of the keys to the record. Called only when all keys could be read, unless the
  /// block is built always.
  interface Build<T> {
    @Nullable T build(Values values);
  }

  private Block(Build<T> build, List<Key<?>> keys, List<OtherKey> others, boolean always) {
    this.build = build;
    this.keys = keys;
    this.others = others;
    this.always = always;
  }

  static <T> Block<T> of(Build<T> build, Key<?>... keys) {
    return new Block<>(build, List.of(keys), List.of(), false);
  }

  /// The same block, built also when keys are missing or wrong, so that more can be checked.
  Block<T> builtAlways() {
    return new Block<>(build, keys, others, true);
  }

  /// With keys that are accepted with a notice.
  Block<T> harmless(String why, String... names) {
    return with(OtherKey.Status.HARMLESS, why, Set.of(), names);
  }

  /// With keys that are refused unless they ask for nothing.
  Block<T> unsupported(String alternative, String... names) {
    return with(OtherKey.Status.UNSUPPORTED, alternative, Set.of(), names);
  }

  /// With a key that is refused unless it has one of the values that ask for nothing.
  Block<T> unsupportedUnless(Set<String> fine, String alternative, String... names) {
    return with(OtherKey.Status.UNSUPPORTED, alternative, fine, names);
  }

  private Block<T> with(OtherKey.Status status, String text, Set<String> fine, String... names) {
    Stream<OtherKey> added =
        Arrays.stream(names).map(name -> new OtherKey(name, status, text, fine));
    return new Block<>(build, keys, Stream.concat(others.stream(), added).toList(), always);
  }

  /// The same block under a key whose table would be that of another one.
  ///
  /// @param title what the reference page says instead
  Type<T> as(String title) {
    return new Type<>() {
      @Override
      public @Nullable T read(Node node, Place place) {
        return Block.this.read(node, place);
      }

      @Override
      public String title() {
        return title;
      }
    };
  }

  List<Key<?>> keys() {
    return keys;
  }

  List<OtherKey> others() {
    return others;
  }

  @Override
  public String title() {
    return "block";
  }

  @Override
  public Block<T> block() {
    return this;
  }

  @Override
  public @Nullable T read(Node node, Place place) {
    return switch (node) {
      case MapNode map -> read(map, place);
      case ScalarNode scalar when scalar.isNull() -> read(MapNode.empty(scalar.mark()), place);
      case BrokenNode _ -> null;
      default -> {
        place.problem(node.mark(), Node.kind(node) + " (expected: a map of keys)");
        yield null;
      }
    };
  }

  private @Nullable T read(MapNode map, Place place) {
    int before = place.reading().problemCount();
    Values values = new Values(keys, map.mark(), place);
    Set<String> taken = new HashSet<>(map.entries().keySet());
    // In the order of the table: what later keys refer to is read first.
    for (Key<?> key : keys) {
      Entry entry = map.entries().get(key.name());
      if (entry != null) {
        readKey(key, entry, place.key(key.name()), values);
      }
    }
    map.entries().forEach((name, entry) -> readOther(name, entry, taken, values));
    for (Key<?> key : keys) {
      if (!taken.contains(key.name())) {
        readAbsent(key, map.mark(), values);
      }
    }
    boolean wrong = place.reading().problemCount() > before || values.incomplete();
    if (wrong && !always) {
      return null;
    }
    try {
      T built = build.build(values);
      return always || place.reading().problemCount() == before ? built : null;
    } catch (IllegalArgumentException e) {
      values.problem(Objects.requireNonNullElse(e.getMessage(), "not valid"));
      return null;
    }
  }

  private void readOther(String name, Entry entry, Set<String> taken, Values values) {
    Place place = values.place().key(name);
    for (Key<?> key : keys) {
      if (key.name().equals(name)) {
        return;
      }
    }
    for (OtherKey other : others) {
      if (other.name().equals(name)) {
        other.read(entry.value(), entry.keyMark(), place);
        return;
      }
    }
    List<String> names = validNames();
    String nearest = Suggestion.nearest(name, names);
    place.problem(
        entry.keyMark(),
        nearest == null
            ? "unknown key " + Suggestion.expected(name, names)
            : "unknown key (expected: a known one; did you mean '" + nearest + "'?)");
    // Read as what was meant, so that the problems below it are reported too and nothing is
    // reported as missing.
    if (nearest != null && taken.add(nearest)) {
      for (Key<?> key : keys) {
        if (key.name().equals(nearest)) {
          readKey(key, entry, place, values);
        }
      }
    }
  }

  private static <V> void readKey(Key<V> key, Entry entry, Place place, Values values) {
    if (Node.isNull(entry.value()) && !key.nullIsEmptyBlock()) {
      readAbsent(key, entry.keyMark(), values);
      return;
    }
    values.found(key, entry.keyMark());
    V value = key.type().read(entry.value(), place);
    if (value != null) {
      values.put(key, value);
    } else {
      values.unreadable();
    }
  }

  private static <V> void readAbsent(Key<V> key, Mark mark, Values values) {
    Place place = values.place().key(key.name());
    switch (key.absence()) {
      case DEFAULT, OFF -> {}
      case REQUIRED -> place.problem(mark, "missing (expected: " + key.type().title() + ")");
      case EMPTY_BLOCK -> {
        V value = key.type().read(MapNode.empty(mark), place);
        if (value != null) {
          values.put(key, value);
        }
      }
    }
  }

  private List<String> validNames() {
    List<String> names = new ArrayList<>();
    keys.forEach(key -> names.add(key.name()));
    others.stream()
        .filter(other -> other.status() == OtherKey.Status.HARMLESS)
        .forEach(other -> names.add(other.name()));
    return names;
  }
}
