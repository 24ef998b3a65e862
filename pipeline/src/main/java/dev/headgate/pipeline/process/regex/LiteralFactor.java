package dev.headgate.pipeline.process.regex;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rarest piece of a pattern that each of its matches must contain: a word, or a choice of
/// words.
final class LiteralFactor {
  /*
   * Nodes are "plain" when they are words, choices of words, or letters in both cases; neighbours that
   * are plain are joined, as the product of their choices stays one automaton anyway. Of several
   * candidates the one with the longest shortest word wins, because it occurs least.
   */
  private static final int MAX_CHOICE = 4;
  private static final int MAX_BYTES = 2000;
  private static final int GOOD_SCORE = 4;
  private static final int COMMON_SCORE = 2;
  private static final int RARE_SCORE = 5;
  private static final String RARE = "@#$%^&~`|\\!?<>;";

  private LiteralFactor() {}

  /// The factor of a pattern, or null when nothing in it is rare enough to look for first.
  static @Nullable Node of(Node pattern) {
    Node factor = candidate(pattern);
    return factor != null && score(factor) >= GOOD_SCORE && size(factor) <= MAX_BYTES
        ? factor
        : null;
  }

  private static @Nullable Node candidate(Node node) {
    if (plain(node)) {
      return node;
    }
    return switch (node) {
      case Node.Bytes _, Node.NonAscii _, Node.Assertion _ -> null;
      case Node.Group(int _, Node child) -> candidate(child);
      case Node.Concat(List<Node> parts) -> best(parts);
      case Node.Alternate(List<Node> branches) -> all(branches);
      case Node.Repeat(Node child, int min, int _, boolean _) -> min > 0 ? candidate(child) : null;
    };
  }

  private static @Nullable Node best(List<Node> parts) {
    Node best = null;
    List<Node> run = new ArrayList<>();
    for (Node part : parts) {
      if (plain(part)) {
        run.add(part);
        continue;
      }
      best = better(better(best, run), candidate(part));
      run.clear();
    }
    return better(best, run);
  }

  private static @Nullable Node better(@Nullable Node best, List<Node> run) {
    return run.isEmpty() ? best : better(best, new Node.Concat(List.copyOf(run)));
  }

  private static @Nullable Node better(@Nullable Node best, @Nullable Node candidate) {
    if (best == null || candidate == null) {
      return best == null ? candidate : best;
    }
    return score(candidate) > score(best) ? candidate : best;
  }

  private static @Nullable Node all(List<Node> branches) {
    List<Node> factors = new ArrayList<>();
    for (Node branch : branches) {
      Node factor = candidate(branch);
      if (factor == null || score(factor) == 0) {
        return null;
      }
      factors.add(factor);
    }
    return new Node.Alternate(List.copyOf(factors));
  }

  private static boolean plain(Node node) {
    return switch (node) {
      case Node.Bytes(ByteSet set) -> set.size() <= MAX_CHOICE;
      case Node.Concat(List<Node> parts) -> allPlain(parts);
      case Node.Alternate(List<Node> branches) -> allPlain(branches);
      case Node.Group(int _, Node child) -> plain(child);
      case Node.Assertion _ -> true;
      case Node.Repeat _, Node.NonAscii _ -> false;
    };
  }

  private static boolean allPlain(List<Node> nodes) {
    for (Node node : nodes) {
      if (!plain(node)) {
        return false;
      }
    }
    return true;
  }

  /** How rare the most common match of a plain node is. */
  private static int score(Node node) {
    return switch (node) {
      case Node.Bytes(ByteSet set) -> score(set);
      case Node.Concat(List<Node> parts) -> parts.stream().mapToInt(LiteralFactor::score).sum();
      case Node.Alternate(List<Node> branches) ->
          branches.stream().mapToInt(LiteralFactor::score).min().orElse(0);
      case Node.Group(int _, Node child) -> score(child);
      case Node.Repeat _, Node.NonAscii _, Node.Assertion _ -> 0;
    };
  }

  private static int score(ByteSet set) {
    if (set.contains(' ') || set.size() > MAX_CHOICE) {
      return 1;
    }
    boolean rare = true;
    for (int value = 0; value < 0x80; value++) {
      rare &= !set.contains(value) || RARE.indexOf(value) >= 0;
    }
    return rare ? RARE_SCORE : COMMON_SCORE;
  }

  private static int size(Node node) {
    return switch (node) {
      case Node.Bytes _ -> 1;
      case Node.Concat(List<Node> parts) -> parts.stream().mapToInt(LiteralFactor::size).sum();
      case Node.Alternate(List<Node> branches) ->
          branches.stream().mapToInt(LiteralFactor::size).sum();
      case Node.Group(int _, Node child) -> size(child);
      case Node.Assertion _ -> 0;
      case Node.Repeat _, Node.NonAscii _ -> MAX_BYTES + 1;
    };
  }
}
