package dev.headgate.pipeline.process.regex;

import static dev.headgate.pipeline.process.regex.ByteProgram.ASSERT;
import static dev.headgate.pipeline.process.regex.ByteProgram.END;
import static dev.headgate.pipeline.process.regex.ByteProgram.FIRST;
import static dev.headgate.pipeline.process.regex.ByteProgram.FORK;
import static dev.headgate.pipeline.process.regex.ByteProgram.LITERAL;
import static dev.headgate.pipeline.process.regex.ByteProgram.MATCH;
import static dev.headgate.pipeline.process.regex.ByteProgram.RUN;
import static dev.headgate.pipeline.process.regex.ByteProgram.SAVE;
import static dev.headgate.pipeline.process.regex.ByteProgram.SECOND;
import static dev.headgate.pipeline.process.regex.ByteProgram.SET;

import dev.headgate.pipeline.process.regex.Node.Condition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds a [ByteProgram], back to front: a node in front of what follows it.
///
/// **Threading:** one use, one thread.
final class ByteProgramBuilder {
  /** Stands for the body of a loop while that is being built. */
  private static final int UNKNOWN = -1;

  private static final int MAX_INSTRUCTIONS = 1000;
  private static final List<Condition> CONDITIONS = List.of(Condition.values());

  private final List<int[]> instructions = new ArrayList<>();
  private final List<byte[]> literals = new ArrayList<>();
  private final List<byte[]> tables = new ArrayList<>();
  private final List<BitSet> sets = new ArrayList<>();

  private ByteProgramBuilder() {}

  /// The program of a pattern, or null for one that is not known exactly, that matches the empty
  /// text, loops over what does, or is too large.
  static @Nullable ByteProgram build(PatternReader.@Nullable Reading pattern) {
    if (pattern == null || !pattern.exact() || nullable(pattern.node())) {
      return null;
    }
    try {
      return new ByteProgramBuilder().program(pattern);
    } catch (UnsupportedException e) {
      return null;
    }
  }

  private ByteProgram program(PatternReader.Reading pattern) {
    int match = add(MATCH, 0, 0, 0);
    int start = build(pattern.node(), match);
    byte[] mayBegin = new byte[END + 1];
    mark(mayBegin, openings(start), 1);
    // In mid-character nothing begins, though an assertion such as `\B` may hold there.
    Arrays.fill(mayBegin, 0x80, 0xc0, (byte) 0);
    for (int[] it : instructions) {
      if (it[0] == FORK) {
        mark(tables.get(it[1]), openings(it[2]), FIRST);
        mark(tables.get(it[1]), openings(it[3]), SECOND);
      }
    }
    return new ByteProgram(
        instructions.toArray(int[][]::new),
        literals.toArray(byte[][]::new),
        tables.toArray(byte[][]::new),
        new ByteProgram.Entry(start, mayBegin, pattern.groups()));
  }

  private int add(int operation, int operand, int next, int other) {
    if (instructions.size() == MAX_INSTRUCTIONS) {
      throw new UnsupportedException();
    }
    instructions.add(new int[] {operation, operand, next, other});
    return instructions.size() - 1;
  }

  /** Builds a node in front of `next` and returns where it begins. */
  private int build(Node node, int next) {
    return switch (node) {
      case Node.Bytes(ByteSet set) -> set(set, next);
      case Node.Concat(List<Node> parts) -> concat(parts, next);
      case Node.Alternate(List<Node> branches) -> {
        int start = build(branches.getLast(), next);
        for (int i = branches.size() - 2; i >= 0; i--) {
          start = fork(build(branches.get(i), next), start);
        }
        yield start;
      }
      case Node.Repeat repeat -> repeat(repeat, next);
      case Node.Group(int number, Node child) ->
          add(SAVE, 2 * number, build(child, add(SAVE, 2 * number + 1, next, 0)), 0);
      case Node.NonAscii _ -> nonAscii(next);
      case Node.Assertion(Condition condition) ->
          add(ASSERT, CONDITIONS.indexOf(condition), next, 0);
    };
  }

  private int set(ByteSet set, int next) {
    return add(SET, table(set), next, 0);
  }

  private int table(ByteSet set) {
    byte[] table = new byte[END + 1];
    BitSet bits = new BitSet();
    for (int value = 0; value < END; value++) {
      if (set.contains(value)) {
        table[value] = 1;
        bits.set(value);
      }
    }
    tables.add(table);
    sets.add(bits);
    return tables.size() - 1;
  }

  private int fork(int first, int second) {
    return add(FORK, table(ByteSet.NONE), first, second);
  }

  /** Single bytes in a row make one literal. */
  private int concat(List<Node> parts, int next) {
    int start = next;
    int to = parts.size();
    while (to > 0) {
      int from = to;
      while (from > 0 && single(parts.get(from - 1)) >= 0) {
        from--;
      }
      if (to - from > 1) {
        byte[] literal = new byte[to - from];
        for (int i = from; i < to; i++) {
          literal[i - from] = (byte) single(parts.get(i));
        }
        literals.add(literal);
        start = add(LITERAL, literals.size() - 1, start, 0);
        to = from;
      } else {
        start = build(parts.get(--to), start);
      }
    }
    return start;
  }

  /** The only byte that a node matches, or -1. */
  private static int single(Node node) {
    if (!(node instanceof Node.Bytes(ByteSet set)) || set.size() != 1) {
      return -1;
    }
    int value = 0;
    while (!set.contains(value)) {
      value++;
    }
    return value;
  }

  private int repeat(Node.Repeat repeat, int next) {
    Node child = repeat.child();
    int start = next;
    if (repeat.max() < 0) {
      if (nullable(child)) {
        throw new UnsupportedException();
      }
      start = loop(child, repeat.greedy(), next);
    } else {
      for (int i = repeat.min(); i < repeat.max(); i++) {
        int once = build(child, start);
        start = repeat.greedy() ? fork(once, next) : fork(next, once);
      }
    }
    for (int i = 0; i < repeat.min(); i++) {
      start = build(child, start);
    }
    return start;
  }

  private int loop(Node child, boolean greedy, int next) {
    ByteSet set = bytesOf(child);
    if (greedy && set.size() > 0 && isRun(set, next)) {
      return add(RUN, table(set), next, 0);
    }
    int loop = fork(next, next);
    int[] fork = instructions.get(loop);
    fork[greedy ? 2 : 3] = UNKNOWN;
    fork[greedy ? 2 : 3] = build(child, loop);
    return loop;
  }

  /** The bytes whose runs are those of a node in valid UTF-8; none when that is not so simple. */
  private static ByteSet bytesOf(Node node) {
    return switch (node) {
      case Node.Bytes(ByteSet set) -> set;
      case Node.NonAscii _ -> ByteSet.HIGH;
      case Node.Alternate(List<Node> branches)
          when branches.size() == 2
              && branches.getFirst() instanceof Node.Bytes(ByteSet set)
              && branches.getLast() instanceof Node.NonAscii ->
          set.or(ByteSet.HIGH);
      case Node.Alternate _, Node.Concat _, Node.Repeat _, Node.Group _, Node.Assertion _ ->
          ByteSet.NONE;
    };
  }

  /**
   * Whether a loop over bytes may take all it can get: what follows begins with none of them, so
   * that it cannot match any earlier, or need not match anything, so that it matches behind them.
   */
  private boolean isRun(ByteSet set, int next) {
    Openings following = openings(next);
    return !following.uncertain && following.bytes.stream().noneMatch(set::contains);
  }

  /** UTF-8 that is known to be valid: the first byte tells how many follow. */
  private int nonAscii(int next) {
    ByteSet following = ByteSet.range(0x80, 0xbf);
    int last = set(following, next);
    int third = set(following, last);
    int second = set(following, third);
    int two = set(ByteSet.range(0xc2, 0xdf), last);
    int three = set(ByteSet.range(0xe0, 0xef), third);
    int four = set(ByteSet.range(0xf0, 0xf4), second);
    return fork(two, fork(three, four));
  }

  /// With which bytes a match from some instruction on may begin.
  ///
  /// @param matches whether it may match the empty text, whatever follows
  /// @param uncertain whether it may also be anything else
  private record Openings(BitSet bytes, boolean matches, boolean uncertain) {}

  private static void mark(byte[] table, Openings openings, int flag) {
    boolean all = openings.matches || openings.uncertain;
    for (int value = 0; value <= END; value++) {
      if (all || openings.bytes.get(value)) {
        table[value] |= (byte) flag;
      }
    }
  }

  private Openings openings(int instruction) {
    BitSet bytes = new BitSet();
    boolean matches = false;
    boolean uncertain = false;
    BitSet seen = new BitSet();
    List<Integer> open = new ArrayList<>(List.of(instruction));
    while (!open.isEmpty()) {
      int at = open.removeLast();
      if (at == UNKNOWN) {
        uncertain = true;
      } else if (!seen.get(at)) {
        seen.set(at);
        int[] it = instructions.get(at);
        switch (it[0]) {
          case MATCH -> matches = true;
          case LITERAL -> bytes.set(literals.get(it[1])[0] & 0xff);
          case SET -> bytes.or(sets.get(it[1]));
          case RUN -> {
            bytes.or(sets.get(it[1]));
            open.add(it[2]);
          }
          case FORK -> open.addAll(List.of(it[2], it[3]));
          case SAVE -> open.add(it[2]);
          default -> uncertain = true;
        }
      }
    }
    return new Openings(bytes, matches, uncertain);
  }

  private static boolean nullable(Node node) {
    return switch (node) {
      case Node.Bytes _, Node.NonAscii _ -> false;
      case Node.Concat(List<Node> parts) -> {
        boolean all = true;
        for (Node part : parts) {
          all &= nullable(part);
        }
        yield all;
      }
      case Node.Alternate(List<Node> branches) -> {
        boolean any = false;
        for (Node branch : branches) {
          any |= nullable(branch);
        }
        yield any;
      }
      case Node.Repeat(Node child, int min, int _, boolean _) -> min == 0 || nullable(child);
      case Node.Group(int _, Node child) -> nullable(child);
      case Node.Assertion _ -> true;
    };
  }

  /// The pattern is none for this program.
  private static final class UnsupportedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedException() {
      super("pattern not for a byte program", null, false, false);
    }
  }
}
