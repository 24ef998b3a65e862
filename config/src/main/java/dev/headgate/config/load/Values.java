package dev.headgate.config.load;

import dev.headgate.config.ComponentId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What was read of one block, by key.
///
/// **Threading:** confined to the loading thread.
final class Values {
  private final Map<Key<?>, Object> values = new HashMap<>();
  private final Map<Key<?>, Mark> marks = new HashMap<>();
  private final List<Key<?>> keys;
  private final Mark mark;
  private final Place place;
  private boolean incomplete;

  Values(List<Key<?>> keys, Mark mark, Place place) {
    this.keys = keys;
    this.mark = mark;
    this.place = place;
  }

  <T> void put(Key<T> key, T value) {
    values.put(key, value);
  }

  void found(Key<?> key, Mark keyMark) {
    marks.put(key, keyMark);
  }

  /// A key's value could not be read; what is wrong was said, maybe before the block was read.
  void unreadable() {
    incomplete = true;
  }

  /// Whether a key has no value because what the file gives it could not be read.
  boolean incomplete() {
    return incomplete;
  }

  /// The value in the file, else the default; for keys that have one of the two.
  <T> T get(Key<T> key) {
    return Objects.requireNonNull(find(key), key.name());
  }

  /// The value in the file, else the default, else null.
  @SuppressWarnings("unchecked") // put ties the value's type to the key's
  <T> @Nullable T find(Key<T> key) {
    T value = (T) values.get(key);
    return value == null ? key.defaultValue() : value;
  }

  /// Whether the file gives the key a value.
  boolean has(Key<?> key) {
    return marks.containsKey(key);
  }

  /// The component around the block, null outside of any.
  @Nullable ComponentId component() {
    return place.component();
  }

  Place place() {
    return place;
  }

  /// Where the key stands in the file, or the block when it does not.
  Mark mark(Key<?> key) {
    return marks.getOrDefault(key, mark);
  }

  /// Reports what is wrong with a key in the light of the others.
  void problem(Key<?> key, String message) {
    place.key(key.name()).problem(mark(key), message);
  }

  /// Notes something about a key in the light of the others.
  void notice(Key<?> key, String message) {
    place.key(key.name()).notice(mark(key), message);
  }

  /// Reports what a record's constructor said: `key: value (expected: ...)`, where the key may be
  /// one of a block inside.
  void problem(String message) {
    int colon = message.indexOf(": ");
    String path = colon < 0 ? "" : message.substring(0, colon);
    for (Key<?> key : keys) {
      if (path.equals(key.name()) || path.startsWith(key.name() + ".")) {
        place.key(path).problem(mark(key), message.substring(colon + 2));
        return;
      }
    }
    place.problem(mark, message);
  }
}
