package dev.headgate.config.load;

import dev.headgate.config.ComponentId;
import org.jspecify.annotations.Nullable;

/// The id of a component where it is used.
///
/// @param place where problems with it go
record Reference(ComponentId id, Mark mark, Place place) {
  /// Reads one id.
  static final Type<Reference> TYPE =
      new Type<>() {
        @Override
        public @Nullable Reference read(Node node, Place place) {
          String text = Types.NAME.read(node, place);
          return text == null ? null : new Reference(ComponentId.parse(text), node.mark(), place);
        }

        @Override
        public String title() {
          return "id";
        }
      };

  void problem(String message) {
    place.problem(mark, message);
  }
}
