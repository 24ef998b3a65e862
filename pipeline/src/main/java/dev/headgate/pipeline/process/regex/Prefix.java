package dev.headgate.pipeline.process.regex;

import java.util.ArrayList;
import java.util.List;

/// The beginning of a pattern: each match of the pattern begins with a match of it. Short patterns
/// make small automata.
final class Prefix {
  /** Part of a pattern, and how many more bytes its continuation may have; 0 ends the prefix. */
  private record Cut(Node node, int rest) {}

  private Prefix() {}

  /// The beginning of a pattern that requires about `bytes` bytes.
  static Node of(Node pattern, int bytes) {
    return cut(pattern, bytes).node();
  }

  private static Cut cut(Node node, int budget) {
    if (budget <= 0) {
      return new Cut(Node.EMPTY, 0);
    }
    return switch (node) {
      case Node.Bytes _ -> new Cut(node, budget - 1);
      case Node.Concat(List<Node> parts) -> {
        List<Node> kept = new ArrayList<>();
        int rest = budget;
        for (int i = 0; i < parts.size() && rest > 0; i++) {
          Cut part = cut(parts.get(i), rest);
          kept.add(part.node());
          rest = part.rest();
        }
        yield new Cut(new Node.Concat(List.copyOf(kept)), rest);
      }
      case Node.Alternate(List<Node> branches) -> {
        List<Node> kept = new ArrayList<>();
        int rest = budget;
        for (Node branch : branches) {
          Cut part = cut(branch, budget);
          kept.add(part.node());
          // One branch that is cut ends the prefix for all.
          rest = Math.min(rest, part.rest());
        }
        yield new Cut(new Node.Alternate(List.copyOf(kept)), rest);
      }
      case Node.NonAscii _ -> new Cut(node, budget - 1);
      case Node.Assertion _ -> new Cut(Node.EMPTY, budget);
      case Node.Group(int _, Node child) -> cut(child, budget);
      case Node.Repeat(Node child, int min, int max, boolean greedy) -> {
        Cut once = cut(child, budget);
        int bytes = budget - once.rest();
        if (min == 0 && once.rest() > 0) {
          yield new Cut(node, budget);
        }
        if (min > 0 && (long) bytes * min < budget) {
          yield new Cut(node, budget - bytes * min);
        }
        int times = bytes == 0 ? min : Math.min(min, (budget + bytes - 1) / bytes);
        yield new Cut(new Node.Repeat(once.node(), times, min == 0 ? 1 : times, greedy), 0);
      }
    };
  }
}
