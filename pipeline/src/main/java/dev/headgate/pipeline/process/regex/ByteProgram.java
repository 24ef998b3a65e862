package dev.headgate.pipeline.process.regex;

import dev.headgate.pipeline.process.regex.Node.Condition;

/// A pattern as instructions for [ByteMatcher], which match exactly what RE2/J matches, with the
/// same groups.
///
/// **Threading:** immutable; any thread.
final class ByteProgram {
  /*
   * An instruction is four numbers: what it does, with which literal, table, slot or condition, which
   * instruction is next, and for a fork, which prefers the next one, the other one. The table of a fork
   * tells by the next byte (END at the end of the text) which of the two can lead to a match at all, so
   * that most patterns never have to come back.
   */
  static final int MATCH = 0;
  static final int LITERAL = 1;
  static final int SET = 2;
  static final int RUN = 3;
  static final int FORK = 4;
  static final int SAVE = 5;
  static final int ASSERT = 6;

  static final int END = 256;
  static final int FIRST = 1;
  static final int SECOND = 2;

  private static final Condition[] CONDITIONS = Condition.values();

  final int[][] instructions;
  final byte[][] literals;
  final byte[][] tables;
  final Entry entry;

  /// Where a program begins.
  ///
  /// @param instruction the first one
  /// @param mayBegin by the first byte of a match, other than 0 where there may be one
  /// @param groups how many groups the pattern has
  record Entry(int instruction, byte[] mayBegin, int groups) {}

  ByteProgram(int[][] instructions, byte[][] literals, byte[][] tables, Entry entry) {
    this.instructions = instructions;
    this.literals = literals;
    this.tables = tables;
    this.entry = entry;
  }

  /// The condition of an assertion.
  static Condition condition(int number) {
    return CONDITIONS[number];
  }
}
