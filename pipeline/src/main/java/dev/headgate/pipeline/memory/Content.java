package dev.headgate.pipeline.memory;

import java.util.ArrayList;
import java.util.List;

/// Bytes to be read in a row: those of one array, or slices of several.
///
/// **Threading:** any thread.
///
/// **Ownership:** whoever hands content to something that may read it later retains it for that;
/// each [#retain] is followed by one [#release].
public sealed interface Content permits Bytes, Slices {
  /// How many bytes there are.
  int length();

  /// The runs that make it up, in order.
  List<Slice> slices();

  /// All of it at the beginning of one array: itself where it is that already, else a copy, which
  /// is the garbage collector's.
  Bytes whole();

  /// A copy of exactly its length.
  byte[] toArray();

  /// Adds a holder and returns this.
  Content retain();

  /// Lets go.
  void release();

  /// The runs of several contents in a row.
  static List<Slice> slices(List<? extends Content> contents) {
    if (contents.size() == 1) {
      return contents.getFirst().slices();
    }
    List<Slice> slices = new ArrayList<>(contents.size());
    for (Content content : contents) {
      slices.addAll(content.slices());
    }
    return slices;
  }
}
