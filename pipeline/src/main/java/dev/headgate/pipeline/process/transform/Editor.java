package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.process.ottl.Expression;
import dev.headgate.pipeline.process.ottl.Path;

/// What a statement does, ready to be done.
sealed interface Editor {
  /// What it changes.
  Path target();

  /// Sets a field to a value; nil sets nothing.
  record Set(Path target, Expression value) implements Editor {}

  /// Replaces what a pattern matches in a text; other values stay.
  record Replace(Path target, PatternReplacement replacement) implements Editor {}

  /// Changes a map.
  record Edit(Path target, MapEdit edit) implements Editor {}
}
