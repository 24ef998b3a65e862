package dev.headgate.pipeline.process.regex;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A list of patterns, each with its replacement, that are applied in order: each sees what the one
/// before has left. A text in which none of the patterns' literals occurs costs one pass per 64
/// patterns and no memory.
///
/// **Threading:** immutable; any thread.
public final class RegexSet {
  private static final long MAX_GROWTH = 8;
  private static final long FREE_GROWTH_CHARS = 256;
  private static final int PREFIX_BYTES = 6;

  private final List<Regex> rules;
  private final List<Replacement> replacements;
  private final Block[] blocks;

  /// Learns which rule has matched.
  @FunctionalInterface
  public interface HitSink {
    /// The rule at this index has matched in a text.
    void hit(int rule);
  }

  /// Creates a set of rules.
  ///
  /// @param replacements one for each rule
  public RegexSet(List<Regex> rules, List<? extends Replacement> replacements) {
    if (rules.size() != replacements.size()) {
      throw new IllegalArgumentException(
          "replacements: " + replacements.size() + " (expected: " + rules.size() + ")");
    }
    this.rules = List.copyOf(rules);
    this.replacements = List.copyOf(replacements);
    this.blocks = new Block[(rules.size() + 63) / 64];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = new Block(rules.subList(i * 64, Math.min(rules.size(), i * 64 + 64)));
    }
  }

  /// How many rules there are.
  public int size() {
    return rules.size();
  }

  /// Applies every rule to the valid UTF-8 `text[from, to)`.
  ///
  /// @param hits told once for every rule that matched
  /// @return the new text, or null when it is the same as before
  public byte @Nullable [] rewrite(byte[] text, int from, int to, HitSink hits) {
    // All rules together, or one could double what another has doubled.
    long maxChars = (to - from) * MAX_GROWTH + FREE_GROWTH_CHARS;
    byte[] changed = null;
    byte[] current = text;
    int start = from;
    int end = to;
    for (int b = 0; b < blocks.length; b++) {
      long flags = blocks[b].scan(current, start, end);
      while (flags != 0) {
        int bit = Long.numberOfTrailingZeros(flags);
        flags &= flags - 1;
        int rule = b * 64 + bit;
        byte[] result =
            rules.get(rule).replaceAll(current, start, end, replacements.get(rule), maxChars);
        if (result != null) {
          hits.hit(rule);
          if (!Regex.same(current, start, end, result)) {
            changed = result;
            current = result;
            start = 0;
            end = result.length;
            // What the rule wrote may be the business of those behind it.
            flags = blocks[b].scan(current, start, end) & (-2L << bit);
          }
        }
      }
    }
    return changed;
  }

  /// Whether [#rewrite] might do anything with `text[from, to)`; false is certain.
  public boolean mayMatch(byte[] text, int from, int to) {
    for (int b = 0; b < blocks.length; b++) {
      for (long flags = blocks[b].scan(text, from, to); flags != 0; flags &= flags - 1) {
        int rule = b * 64 + Long.numberOfTrailingZeros(flags);
        if (rules.get(rule).candidate(text, from, to) >= 0) {
          return true;
        }
      }
    }
    return false;
  }

  /// The first rule that matches in the valid UTF-8 `text[from, to)`, or -1.
  public int firstMatch(byte[] text, int from, int to) {
    for (int b = 0; b < blocks.length; b++) {
      for (long flags = blocks[b].scan(text, from, to); flags != 0; flags &= flags - 1) {
        int rule = b * 64 + Long.numberOfTrailingZeros(flags);
        if (rules.get(rule).find(text, from, to)) {
          return rule;
        }
      }
    }
    return -1;
  }

  /// The first rule that matches, anchors and word boundaries left aside, in bytes that need not be
  /// UTF-8, or -1.
  public int firstMatchInBytes(byte[] bytes, int from, int to) {
    for (int b = 0; b < blocks.length; b++) {
      for (long flags = blocks[b].scan(bytes, from, to); flags != 0; flags &= flags - 1) {
        int rule = b * 64 + Long.numberOfTrailingZeros(flags);
        if (rules.get(rule).findInBytes(bytes, from, to)) {
          return rule;
        }
      }
    }
    return -1;
  }

  /// Up to 64 rules behind one automaton, which looks for their literals and, where a rule has
  /// none, for its beginning.
  private static final class Block {
    private final @Nullable Dfa automaton;
    private final long[] ruleOfBit;
    private final long always;

    Block(List<Regex> rules) {
      List<Node> nodes = new ArrayList<>();
      List<Long> bits = new ArrayList<>();
      long rest = 0;
      boolean prefixes = prefixesFit(rules);
      for (int i = 0; i < rules.size(); i++) {
        Node node = prefixes ? factorOrPrefix(rules.get(i)) : rules.get(i).factor();
        if (node == null) {
          rest |= 1L << i;
        } else {
          nodes.add(node);
          bits.add(1L << i);
        }
      }
      this.automaton = nodes.isEmpty() ? null : Dfa.of(nodes);
      if (automaton == null) {
        rest = rules.size() == 64 ? -1 : (1L << rules.size()) - 1;
      }
      this.ruleOfBit = bits.stream().mapToLong(Long::longValue).toArray();
      this.always = rest;
    }

    /** Whether rules without a literal can share the automaton without making it too large. */
    private static boolean prefixesFit(List<Regex> rules) {
      List<Node> nodes = new ArrayList<>();
      for (Regex rule : rules) {
        Node node = factorOrPrefix(rule);
        if (node == null) {
          return false;
        }
        nodes.add(node);
      }
      Dfa joined = Dfa.of(nodes);
      return joined != null && !joined.widened();
    }

    private static @Nullable Node factorOrPrefix(Regex rule) {
      Node factor = rule.factor();
      Node node = rule.node();
      return factor != null || node == null ? factor : Prefix.of(node, PREFIX_BYTES);
    }

    /** The rules that may match, one bit each. */
    long scan(byte[] text, int from, int to) {
      long flags = always;
      if (automaton != null) {
        for (long found = automaton.scan(text, from, to); found != 0; found &= found - 1) {
          flags |= ruleOfBit[Long.numberOfTrailingZeros(found)];
        }
      }
      return flags;
    }
  }
}
