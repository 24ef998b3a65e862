package dev.headgate.pipeline.process.regex;

import java.util.ArrayList;
import java.util.List;

/// A pattern over bytes that matches at least what a regular expression matches: whatever cannot be
/// said in bytes (anchors, word boundaries, Unicode classes) is widened, never narrowed.
sealed interface Node {
  /// Matches the empty text.
  Node EMPTY = new Concat(List.of());

  /// Matches one byte.
  record Bytes(ByteSet set) implements Node {}

  /// Matches its parts one behind the other.
  record Concat(List<Node> parts) implements Node {}

  /// Matches what one of its branches matches.
  record Alternate(List<Node> branches) implements Node {}

  /// Matches `min` to `max` of its child in a row; a `max` of -1 is no limit.
  record Repeat(Node child, int min, int max) implements Node {}

  /// Matches exactly these bytes.
  static Node literal(byte[] bytes) {
    List<Node> parts = new ArrayList<>();
    for (byte b : bytes) {
      parts.add(new Bytes(ByteSet.of(b & 0xff)));
    }
    return parts.size() == 1 ? parts.getFirst() : new Concat(List.copyOf(parts));
  }

  /// Matches one of the ASCII characters of the set or, with `high`, any character that is not
  /// ASCII. Such a character is two to four high bytes; one or more of them is wider and smaller.
  static Node characters(ByteSet ascii, boolean high) {
    if (!high) {
      return new Bytes(ascii);
    }
    Node other = new Repeat(new Bytes(ByteSet.HIGH), 1, -1);
    return ascii.size() == 0 ? other : new Alternate(List.of(new Bytes(ascii), other));
  }
}
