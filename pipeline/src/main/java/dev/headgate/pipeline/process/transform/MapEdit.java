package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.wire.WireEditor;

/// A change of the entries of a map.
///
/// **Threading:** immutable; any thread.
interface MapEdit {
  /// Changes the map whose entries are in the field `field` of the message `bytes[from, to)`; the
  /// editor stands inside it.
  void apply(byte[] bytes, int from, int to, int field, WireEditor editor);
}
