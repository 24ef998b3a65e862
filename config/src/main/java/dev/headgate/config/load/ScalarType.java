package dev.headgate.config.load;

import dev.headgate.config.load.Node.BrokenNode;
import dev.headgate.config.load.Node.ScalarNode;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A value without keys or items, read from its text.
///
/// @param title what the reference page calls it
/// @param expected what errors say
/// @param parser from the expanded text
/// @param shower to the text of a default
/// @param secret whether the value is never shown
record ScalarType<T>(
    String title, String expected, Parser<T> parser, Function<T, String> shower, boolean secret)
    implements Type<T> {
  /// From text to value.
  interface Parser<T> {
    T parse(String text, Place place) throws BadValueException;
  }

  static <T> ScalarType<T> of(String title, String expected, Parser<T> parser) {
    return new ScalarType<>(title, expected, parser, String::valueOf, false);
  }

  ScalarType<T> shownBy(Function<T, String> newShower) {
    return new ScalarType<>(title, expected, parser, newShower, secret);
  }

  ScalarType<T> hidden() {
    return new ScalarType<>(title, expected, parser, shower, true);
  }

  @Override
  public @Nullable T read(Node node, Place place) {
    if (secret) {
      place.markSecret();
    }
    if (node instanceof BrokenNode) {
      return null;
    }
    if (!(node instanceof ScalarNode scalar) || scalar.isNull()) {
      place.problem(node.mark(), Node.kind(node) + " (expected: " + expected + ")");
      return null;
    }
    try {
      return parser.parse(scalar.text(), place);
    } catch (BadValueException e) {
      String shown = secret ? "the value" : Shown.value(scalar);
      place.problem(
          scalar.mark(), shown + " " + e.what() + " (expected: " + e.expectedOr(expected) + ")");
      return null;
    }
  }

  @Override
  public String show(T value) {
    return shower.apply(value);
  }
}
