package dev.headgate.pipeline.process.regex;

import java.util.ArrayList;
import java.util.List;

/// A pattern over bytes that matches at least what a regular expression matches: what cannot be
/// said in bytes (Unicode classes) is widened, never narrowed. Automata widen further: assertions
/// match everywhere in them, and groups and greediness mean nothing.
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
  ///
  /// @param greedy whether it prefers to match more
  record Repeat(Node child, int min, int max, boolean greedy) implements Node {}

  /// Matches what its child matches, and remembers where.
  ///
  /// @param number of the group, from 1
  record Group(int number, Node child) implements Node {}

  /// Matches one character that is not ASCII.
  record NonAscii() implements Node {}

  /// Matches the empty text where a condition holds.
  record Assertion(Condition condition) implements Node {}

  /// A condition on a place between two characters.
  enum Condition {
    TEXT_BEGINS,
    TEXT_ENDS,
    LINE_BEGINS,
    LINE_ENDS,
    WORD_BOUNDARY,
    NO_WORD_BOUNDARY
  }

  /// Matches exactly these bytes.
  static Node literal(byte[] bytes) {
    List<Node> parts = new ArrayList<>();
    for (byte b : bytes) {
      parts.add(new Bytes(ByteSet.of(b & 0xff)));
    }
    return parts.size() == 1 ? parts.getFirst() : new Concat(List.copyOf(parts));
  }

  /// Matches one of the ASCII characters of the set or, with `high`, any character that is not
  /// ASCII.
  static Node characters(ByteSet ascii, boolean high) {
    if (!high) {
      return new Bytes(ascii);
    }
    Node other = new NonAscii();
    return ascii.size() == 0 ? other : new Alternate(List.of(new Bytes(ascii), other));
  }
}
