package dev.headgate.pipeline.process.regex;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A deterministic byte automaton that says, in one pass and without allocating, which of up to 64
/// patterns may occur in a text. It may say so of a text without a match; it never misses one.
///
/// **Threading:** immutable; any thread.
final class Dfa {
  /*
   * States are rows of a table, indexed by byte class; row 0 is the start, in which no pattern is under
   * way. A successor that accepts is stored inverted (negative). States are built breadth first up to a
   * limit of cells and of work; what lies beyond is the one state `full`, which accepts everything:
   * that is how a pattern with too many states stays correct and merely loses sharpness.
   *
   * Most bytes of most texts keep the automaton in its start; they are skipped in groups of eight,
   * without the chain of dependent loads that a table walk is.
   */
  static final int NONE = -1;

  private static final int MAX_CELLS = 1 << 17;
  private static final int MAX_WORK = 4_000_000;

  private final byte[] classOf = new byte[256];
  private final byte[] leavesStart = new byte[256];
  private final int[] next;
  private final long[] accepts;
  private final int width;
  private final long all;
  private final long atStart;
  private final boolean widened;

  private Dfa(Builder builder) {
    System.arraycopy(builder.classOf, 0, classOf, 0, 256);
    this.width = builder.width;
    this.next = builder.table();
    this.accepts = builder.accepts();
    this.all = builder.all;
    this.atStart = accepts[0];
    this.widened = builder.widened;
    for (int value = 0; value < 256; value++) {
      leavesStart[value] = (byte) (next[classOf[value] & 0xff] == 0 ? 0 : 1);
    }
  }

  /// Builds the automaton of up to 64 patterns, or null when they are too large for one.
  static @Nullable Dfa of(List<Node> patterns) {
    try {
      return new Dfa(new Builder(new Nfa(patterns)));
    } catch (Nfa.TooLargeException e) {
      return null;
    }
  }

  /// Whether it gave up sharpness for size; if not, it is as sharp as the nodes it was built from.
  boolean widened() {
    return widened;
  }

  /// The patterns that may occur in `text[from, to)`, one bit each.
  long scan(byte[] text, int from, int to) {
    long found = atStart;
    int at = from;
    while (found != all) {
      at = skip(text, at, to);
      if (at >= to) {
        return found;
      }
      int state = 0;
      do {
        state = next[state + (classOf[text[at++] & 0xff] & 0xff)];
        if (state < 0) {
          state = ~state;
          found |= accepts[state / width];
        }
      } while (state != 0 && at < to);
    }
    return found;
  }

  /// The earliest offset in `text[from, to)` at which a match may begin, or [#NONE] when no pattern
  /// occurs.
  int candidate(byte[] text, int from, int to) {
    if (atStart != 0) {
      return from;
    }
    int at = from;
    while (true) {
      at = skip(text, at, to);
      if (at >= to) {
        return NONE;
      }
      // No match is under way here, so that the one that is found below begins here or later.
      int origin = at;
      int state = 0;
      do {
        state = next[state + (classOf[text[at++] & 0xff] & 0xff)];
        if (state < 0) {
          return origin;
        }
      } while (state != 0 && at < to);
    }
  }

  /** The first offset whose byte leads away from the start. */
  private int skip(byte[] text, int from, int to) {
    byte[] leaves = leavesStart;
    int at = from;
    while (at <= to - 8
        && (leaves[text[at] & 0xff]
                | leaves[text[at + 1] & 0xff]
                | leaves[text[at + 2] & 0xff]
                | leaves[text[at + 3] & 0xff]
                | leaves[text[at + 4] & 0xff]
                | leaves[text[at + 5] & 0xff]
                | leaves[text[at + 6] & 0xff]
                | leaves[text[at + 7] & 0xff])
            == 0) {
      at += 8;
    }
    while (at < to && leaves[text[at] & 0xff] == 0) {
      at++;
    }
    return at;
  }

  /// What the automaton stands for: the nodes, and whether a match is under way in them; a pattern
  /// that begins with a loop is in the nodes of its start then too.
  private record State(BitSet nodes, boolean underWay) {}

  /// The subset construction.
  private static final class Builder {
    private final Nfa nfa;
    private final byte[] classOf = new byte[256];
    private final int width;
    private final long all;
    private final List<int[]> rows = new ArrayList<>();
    private final List<Long> masks = new ArrayList<>();
    private final Map<State, Integer> numbers = new HashMap<>();
    private final ArrayDeque<State> pending = new ArrayDeque<>();
    private boolean widened;

    Builder(Nfa nfa) {
      this.nfa = nfa;
      int[] representative = classes();
      this.width = representative.length;
      BitSet start = nfa.start();
      number(new State(start, false));
      // A pattern has one bit; none is missing from the states that can be reached or from `full`.
      this.all = nfa.patterns();
      long work = 0;
      for (State state = pending.poll(); state != null; state = pending.poll()) {
        int[] row = new int[width];
        for (int c = 0; c < width; c++) {
          BitSet target = new BitSet();
          nfa.step(state.nodes, representative[c], target);
          boolean underWay = !target.isEmpty();
          target.or(start);
          work += state.nodes.cardinality() + target.cardinality();
          row[c] = work > MAX_WORK ? full() : number(new State(target, underWay));
        }
        rows.add(row);
      }
      finish();
    }

    /** Numbers a state; states are taken from `pending` in the order of their numbers. */
    private int number(State state) {
      Integer known = numbers.get(state);
      if (known != null) {
        return known;
      }
      if ((long) (numbers.size() + 2) * width > MAX_CELLS) {
        return full();
      }
      int number = numbers.size();
      numbers.put(state, number);
      masks.add(nfa.accepted(state.nodes));
      pending.add(state);
      return number;
    }

    private int full() {
      widened = true;
      return -1;
    }

    /** Gives `full` its place behind the other states: it accepts and never leaves. */
    private void finish() {
      int full = rows.size();
      for (int[] row : rows) {
        for (int c = 0; c < width; c++) {
          row[c] = row[c] < 0 ? full : row[c];
        }
      }
      int[] last = new int[width];
      Arrays.fill(last, full);
      rows.add(last);
      masks.add(all);
    }

    int[] table() {
      int[] table = new int[rows.size() * width];
      for (int i = 0; i < rows.size(); i++) {
        for (int c = 0; c < width; c++) {
          int target = rows.get(i)[c];
          table[i * width + c] = masks.get(target) != 0 ? ~(target * width) : target * width;
        }
      }
      return table;
    }

    long[] accepts() {
      return masks.stream().mapToLong(Long::longValue).toArray();
    }

    /** Fills `classOf` and returns one byte of each class. */
    private int[] classes() {
      List<ByteSet> sets = nfa.distinctSets();
      Map<BitSet, Integer> classes = new HashMap<>();
      List<Integer> representatives = new ArrayList<>();
      for (int value = 0; value < 256; value++) {
        BitSet members = new BitSet();
        for (int i = 0; i < sets.size(); i++) {
          members.set(i, sets.get(i).contains(value));
        }
        Integer number = classes.putIfAbsent(members, representatives.size());
        if (number == null) {
          number = representatives.size();
          representatives.add(value);
        }
        classOf[value] = (byte) (int) number;
      }
      return representatives.stream().mapToInt(Integer::intValue).toArray();
    }
  }
}
