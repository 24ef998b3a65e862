package dev.headgate.pipeline.process.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A nondeterministic byte automaton of up to 64 patterns (Thompson's construction).
///
/// **Threading:** confined to the construction of a [Dfa].
final class Nfa {
  private static final int MAX_NODES = 20_000;
  private static final int NONE = -1;

  // One node is either a byte step (a set and one successor), a fork (two successors) or an accept.
  private final List<@Nullable ByteSet> sets = new ArrayList<>();
  private final List<int[]> successors = new ArrayList<>();
  private final List<Integer> accepts = new ArrayList<>();
  private final int[] starts;

  /// Builds the automaton; bit `i` stands for pattern `i`.
  ///
  /// @throws TooLargeException when the patterns have too many positions
  Nfa(List<Node> patterns) {
    starts = new int[patterns.size()];
    for (int i = 0; i < starts.length; i++) {
      int accept = add(null, NONE, NONE);
      accepts.set(accept, i);
      starts[i] = build(patterns.get(i), accept);
    }
  }

  /** Builds a node in front of `next` and returns where it begins. */
  private int build(Node node, int next) {
    return switch (node) {
      case Node.Bytes(ByteSet set) -> add(set, next, NONE);
      case Node.Concat(List<Node> parts) -> {
        int start = next;
        for (int i = parts.size() - 1; i >= 0; i--) {
          start = build(parts.get(i), start);
        }
        yield start;
      }
      case Node.Alternate(List<Node> branches) -> {
        int start = build(branches.getLast(), next);
        for (int i = branches.size() - 2; i >= 0; i--) {
          start = add(null, build(branches.get(i), next), start);
        }
        yield start;
      }
      case Node.Repeat(Node child, int min, int max, boolean _) -> repeat(child, min, max, next);
      case Node.Group(int _, Node child) -> build(child, next);
      case Node.Assertion _ -> next;
      // Two to four high bytes; one or more of them is wider and smaller.
      case Node.NonAscii _ -> repeat(new Node.Bytes(ByteSet.HIGH), 1, -1, next);
    };
  }

  private int repeat(Node child, int min, int max, int next) {
    int start = next;
    if (max < 0) {
      int loop = add(null, NONE, next);
      successors.get(loop)[0] = build(child, loop);
      start = loop;
    } else {
      for (int i = min; i < max; i++) {
        start = add(null, build(child, start), next);
      }
    }
    for (int i = 0; i < min; i++) {
      start = build(child, start);
    }
    return start;
  }

  private int add(@Nullable ByteSet set, int first, int second) {
    if (sets.size() >= MAX_NODES) {
      throw new TooLargeException();
    }
    sets.add(set);
    successors.add(new int[] {first, second});
    accepts.add(NONE);
    return sets.size() - 1;
  }

  /// Every set of bytes that a step tests.
  List<ByteSet> distinctSets() {
    Set<ByteSet> distinct = new LinkedHashSet<>();
    for (ByteSet set : sets) {
      if (set != null) {
        distinct.add(set);
      }
    }
    return List.copyOf(distinct);
  }

  /// One bit for each pattern.
  long patterns() {
    return starts.length == 64 ? -1 : (1L << starts.length) - 1;
  }

  /// The nodes in which every pattern begins.
  BitSet start() {
    BitSet nodes = new BitSet();
    for (int start : starts) {
      close(nodes, start);
    }
    return nodes;
  }

  /// The nodes in which one pattern begins.
  BitSet start(int pattern) {
    BitSet nodes = new BitSet();
    close(nodes, starts[pattern]);
    return nodes;
  }

  /// Adds what one byte leads to from `nodes` to `target`.
  void step(BitSet nodes, int value, BitSet target) {
    for (int node = nodes.nextSetBit(0); node >= 0; node = nodes.nextSetBit(node + 1)) {
      ByteSet set = sets.get(node);
      if (set != null && set.contains(value)) {
        close(target, successors.get(node)[0]);
      }
    }
  }

  /// The patterns that have matched in one of the nodes, one bit each.
  long accepted(BitSet nodes) {
    long mask = 0;
    for (int node = nodes.nextSetBit(0); node >= 0; node = nodes.nextSetBit(node + 1)) {
      int pattern = accepts.get(node);
      if (pattern >= 0) {
        mask |= 1L << pattern;
      }
    }
    return mask;
  }

  /** Adds a node and all that it leads to without a byte. */
  private void close(BitSet nodes, int first) {
    int[] stack = new int[16];
    int depth = 0;
    stack[depth++] = first;
    while (depth > 0) {
      int node = stack[--depth];
      if (node < 0 || nodes.get(node)) {
        continue;
      }
      nodes.set(node);
      if (sets.get(node) == null) {
        if (depth + 2 > stack.length) {
          stack = Arrays.copyOf(stack, stack.length * 2);
        }
        stack[depth++] = successors.get(node)[0];
        stack[depth++] = successors.get(node)[1];
      }
    }
  }

  /// The patterns have too many positions for an automaton of a sensible size.
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLargeException() {
      super("pattern too large for an automaton", null, false, false);
    }
  }
}
