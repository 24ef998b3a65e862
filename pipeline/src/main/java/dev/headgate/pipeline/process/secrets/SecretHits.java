package dev.headgate.pipeline.process.secrets;

import java.util.Arrays;

/// The secrets found in a text, from left to right.
///
/// **Threading:** confined to the call that made it.
final class SecretHits {
  private int[] froms = new int[4];
  private int[] tos = new int[4];
  private int[] rules = new int[4];
  private int count;

  int count() {
    return count;
  }

  int from(int hit) {
    return froms[hit];
  }

  int to(int hit) {
    return tos[hit];
  }

  int rule(int hit) {
    return rules[hit];
  }

  /// Where the last one ends.
  int end() {
    return tos[count - 1];
  }

  /// The rule of the last one.
  int lastRule() {
    return rules[count - 1];
  }

  /// Adds one; where it overlaps others they become one, and the later rule names it.
  void add(int rule, int from, int to) {
    int start = from;
    int end = to;
    while (count > 0 && start < end()) {
      start = Math.min(start, froms[count - 1]);
      end = Math.max(end, tos[count - 1]);
      count--;
    }
    if (count == froms.length) {
      froms = Arrays.copyOf(froms, count * 2);
      tos = Arrays.copyOf(tos, count * 2);
      rules = Arrays.copyOf(rules, count * 2);
    }
    froms[count] = start;
    tos[count] = end;
    rules[count] = rule;
    count++;
  }
}
