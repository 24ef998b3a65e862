package dev.headgate.pipeline.process.regex;

import dev.headgate.pipeline.process.regex.Node.Condition;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the matches of a [ByteProgram] in valid UTF-8, as RE2/J would in the decoded text, by
/// trying what the pattern prefers first and coming back when that fails.
///
/// Coming back can take time without end in a pattern that was made for it. Steps are therefore
/// counted, and one that needs more than a few for each byte is given up: it is for RE2/J then,
/// which takes ten times longer for most patterns but never more than linear time.
///
/// **Threading:** one use, one thread.
final class ByteMatcher {
  /// What takes too many steps is not known.
  static final int GAVE_UP = -2;

  static final int NONE = -1;

  private static final int STEPS_PER_BYTE = 16;
  private static final int FREE_STEPS = 1 << 10;
  private static final int MAX_PENDING = 1 << 12;
  private static final int FREE_BYTES = 64;

  private final ByteProgram program;
  private final byte[] text;
  private final int from;
  private final int to;
  private final int[] groups;
  // Rows of an instruction and where to go on with it, or of ~slot and what was saved there.
  private int[] pending = new int[32];
  private int depth;
  private long stepsLeft;

  /// Creates a matcher for `text[from, to)`.
  ByteMatcher(ByteProgram program, byte[] text, int from, int to) {
    this.program = program;
    this.text = text;
    this.from = from;
    this.to = to;
    this.groups = new int[2 * program.entry.groups() + 2];
    this.stepsLeft = (long) (to - from) * STEPS_PER_BYTE + FREE_STEPS;
  }

  /// Finds the first match that begins at `start` or behind it.
  ///
  /// @return where it ends, [#NONE] or [#GAVE_UP]
  int find(int start) {
    byte[] mayBegin = program.entry.mayBegin();
    for (int at = start; at < to; at++) {
      if (mayBegin[text[at] & 0xff] != 0) {
        int end = match(at);
        if (end != NONE) {
          groups[0] = at;
          groups[1] = end;
          return end;
        }
      }
      // A byte that cannot begin a match costs a quarter of a step.
      stepsLeft -= (at & 3) == 0 ? 1 : 0;
    }
    return NONE;
  }

  /// Begin and end of the match and of its groups, -1 for those that are not in it; valid until the
  /// next search.
  int[] groups() {
    return groups;
  }

  /// Replaces the match that was found and all behind it.
  ///
  /// @param dfa says where the next match may begin
  /// @return the new text; null when this gave up, when the replacement needs a decoded text, or
  ///   when the new one takes more than `maxBytes`
  byte @Nullable [] replaceFound(Replacement replacement, @Nullable Dfa dfa, long maxBytes) {
    WireWriter out = new WireWriter(to - from + FREE_BYTES);
    int copied = from;
    int end = groups[1];
    while (end >= 0) {
      out.writeRaw(text, copied, groups[0]);
      if (!replacement.append(out, text, groups) || out.size() > maxBytes) {
        return null;
      }
      copied = end;
      int origin = dfa == null ? end : dfa.candidate(text, end, to);
      end = origin < 0 ? NONE : find(origin);
    }
    if (end == GAVE_UP) {
      return null;
    }
    out.writeRaw(text, copied, to);
    return out.toByteArray();
  }

  /** Where the match ends that begins here. */
  private int match(int start) {
    int[][] instructions = program.instructions;
    Arrays.fill(groups, -1);
    depth = 0;
    int instruction = program.entry.instruction();
    int at = start;
    while (true) {
      int[] it = instructions[instruction];
      if (--stepsLeft < 0 || depth > MAX_PENDING) {
        return GAVE_UP;
      }
      boolean fails = false;
      instruction = it[2];
      switch (it[0]) {
        case ByteProgram.MATCH -> {
          return at;
        }
        case ByteProgram.LITERAL -> {
          byte[] literal = program.literals[it[1]];
          int end = at + literal.length;
          fails = end > to || !Arrays.equals(text, at, end, literal, 0, literal.length);
          at = end;
        }
        case ByteProgram.SET -> {
          fails = at == to || program.tables[it[1]][text[at] & 0xff] == 0;
          at++;
        }
        case ByteProgram.RUN -> at = behindRun(program.tables[it[1]], at);
        case ByteProgram.FORK -> {
          int next = at == to ? ByteProgram.END : text[at] & 0xff;
          int may = program.tables[it[1]][next];
          if (may == (ByteProgram.FIRST | ByteProgram.SECOND)) {
            push(it[3], at);
          } else if (may == ByteProgram.SECOND) {
            instruction = it[3];
          } else {
            fails = may == 0;
          }
        }
        case ByteProgram.SAVE -> {
          if (depth > 0) {
            push(~it[1], groups[it[1]]);
          }
          groups[it[1]] = at;
        }
        default -> fails = !holds(ByteProgram.condition(it[1]), at);
      }
      if (fails) {
        if (!comeBack()) {
          return NONE;
        }
        instruction = pending[depth];
        at = pending[depth + 1];
      }
    }
  }

  private int behindRun(byte[] table, int at) {
    int end = at;
    while (end < to && table[text[end] & 0xff] != 0) {
      end++;
    }
    stepsLeft -= (end - at) >> 2;
    return end;
  }

  private void push(int what, int value) {
    if (depth + 2 > pending.length) {
      pending = Arrays.copyOf(pending, pending.length * 2);
    }
    pending[depth] = what;
    pending[depth + 1] = value;
    depth += 2;
  }

  /** Goes back to the choice made last, and takes back what was saved since; false without one. */
  private boolean comeBack() {
    while (depth > 0) {
      depth -= 2;
      if (pending[depth] >= 0) {
        return true;
      }
      groups[~pending[depth]] = pending[depth + 1];
    }
    return false;
  }

  private boolean holds(Condition condition, int at) {
    return switch (condition) {
      case TEXT_BEGINS -> at == from;
      case TEXT_ENDS -> at == to;
      case LINE_BEGINS -> at == from || text[at - 1] == '\n';
      case LINE_ENDS -> at == to || text[at] == '\n';
      case WORD_BOUNDARY -> isWord(at - 1) != isWord(at);
      case NO_WORD_BOUNDARY -> isWord(at - 1) == isWord(at);
    };
  }

  private boolean isWord(int at) {
    if (at < from || at >= to) {
      return false;
    }
    byte b = text[at];
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_';
  }
}
