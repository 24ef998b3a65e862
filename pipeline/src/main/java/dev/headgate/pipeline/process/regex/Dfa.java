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
   * At most offsets of most texts no match can begin, as the next three bytes tell; those are skipped in
   * groups of eight, without the chain of dependent loads that a table walk is. See Openings. Where all
   * patterns are long enough, only the surroundings of three bytes that a match may hold are looked at
   * in that way. See GramSieve.
   */
  static final int NONE = -1;

  private static final int MAX_CELLS = 1 << 17;
  private static final int WORK_PER_PATTERN = 500_000;
  private static final long MAX_WORK = 4_000_000;

  private final byte[] classOf = new byte[256];
  private final int[] opening = new int[256];
  private final int[] next;
  private final long[] accepts;
  private final int width;
  private final long all;
  private final long atStart;
  private final boolean widened;
  private final @Nullable GramSieve sieve;

  private Dfa(Builder builder) {
    System.arraycopy(builder.classOf, 0, classOf, 0, 256);
    this.width = builder.width;
    this.next = builder.table();
    this.accepts = builder.accepts();
    this.all = builder.all;
    this.atStart = accepts[0];
    this.widened = builder.widened;
    int[] byClass = builder.openings();
    for (int value = 0; value < 256; value++) {
      opening[value] = byClass[classOf[value] & 0xff];
    }
    this.sieve = builder.sieve();
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

  /** The first offset at which a match may begin; from `to` on if there is none. */
  private int skip(byte[] text, int from, int to) {
    GramSieve grams = sieve;
    if (grams == null) {
      return opening(text, from, to);
    }
    int at = from;
    while (true) {
      int place = grams.next(text, at, to);
      if (place >= to) {
        return to;
      }
      int behind = place - grams.lead() + 1;
      int begin = opening(text, Math.max(at, place - grams.back()), behind);
      if (begin < behind) {
        return begin;
      }
      at = behind;
    }
  }

  /**
   * The first offset at which a match may begin, judged by the next three bytes; from `to` on if
   * there is none. The bytes behind `to` may be looked at: a match of three bytes or more lies
   * before it, and one that is shorter may be followed by anything.
   */
  private int opening(byte[] text, int from, int to) {
    int[] may = opening;
    int at = from;
    int groupsTo = Math.min(to, text.length - 9);
    for (; at < groupsTo; at += 8) {
      int b0 = may[text[at] & 0xff];
      int b1 = may[text[at + 1] & 0xff];
      int b2 = may[text[at + 2] & 0xff];
      int b3 = may[text[at + 3] & 0xff];
      int b4 = may[text[at + 4] & 0xff];
      int b5 = may[text[at + 5] & 0xff];
      int b6 = may[text[at + 6] & 0xff];
      int b7 = may[text[at + 7] & 0xff];
      int b8 = may[text[at + 8] & 0xff];
      int b9 = may[text[at + 9] & 0xff];
      int low = three(b0, b1, b2) | three(b1, b2, b3);
      low |= three(b2, b3, b4) | three(b3, b4, b5);
      int high = three(b4, b5, b6) | three(b5, b6, b7);
      high |= three(b6, b7, b8) | three(b7, b8, b9);
      if (((low | high) & 0xff) != 0) {
        while (mayNotBegin(may, text, at)) {
          at++;
        }
        return at;
      }
    }
    // Only at the end of the array.
    while (at < to && (at < text.length - 2 ? mayNotBegin(may, text, at) : isNoFirst(text[at]))) {
      at++;
    }
    return at;
  }

  private static boolean mayNotBegin(int[] may, byte[] text, int at) {
    int three = three(may[text[at] & 0xff], may[text[at + 1] & 0xff], may[text[at + 2] & 0xff]);
    return (three & 0xff) == 0;
  }

  private boolean isNoFirst(byte b) {
    return (opening[b & 0xff] & 0xff) == 0;
  }

  /** The buckets of which these are the first, second and third byte, in the lowest eight bits. */
  private static int three(int first, int second, int third) {
    return first & (second >> 8) & (third >> 16);
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
    private final int[] representative;
    private final List<int[]> rows = new ArrayList<>();
    private final List<Long> masks = new ArrayList<>();
    private final Map<State, Integer> numbers = new HashMap<>();
    private final ArrayDeque<State> pending = new ArrayDeque<>();
    private boolean widened;

    Builder(Nfa nfa) {
      this.nfa = nfa;
      this.representative = classes();
      this.width = representative.length;
      BitSet start = nfa.start();
      number(new State(start, false));
      // A pattern has one bit; none is missing from the states that can be reached or from `full`.
      this.all = nfa.patterns();
      long maxWork = Math.min(MAX_WORK, (long) WORK_PER_PATTERN * Long.bitCount(all));
      long work = 0;
      for (State state = pending.poll(); state != null; state = pending.poll()) {
        int[] row = new int[width];
        for (int c = 0; c < width; c++) {
          BitSet target = new BitSet();
          nfa.step(state.nodes, representative[c], target);
          boolean underWay = !target.isEmpty();
          target.or(start);
          work += state.nodes.cardinality() + target.cardinality();
          row[c] = work > maxWork ? full() : number(new State(target, underWay));
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

    int[] openings() {
      return Openings.of(nfa, representative);
    }

    @Nullable GramSieve sieve() {
      return GramSieve.of(nfa, classOf, representative);
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
