package dev.headgate.pipeline.process.regex;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// Learns with which three bytes a match may begin. The first bytes are dealt into eight buckets;
/// each byte class gets the buckets of which it may be the first (bits 0 to 7), second (8 to 15)
/// and third (16 to 23).
///
/// **Threading:** confined to the construction of a [Dfa].
final class Openings {
  private static final int MAX_STEPS = 200_000;

  private final Nfa nfa;
  private final int[] representative;
  private final int[] byClass;
  private int steps;

  private Openings(Nfa nfa, int[] representative) {
    this.nfa = nfa;
    this.representative = representative;
    this.byClass = new int[representative.length];
  }

  /// The buckets of every byte class.
  ///
  /// @param representative one byte of each class
  static int[] of(Nfa nfa, int[] representative) {
    Openings openings = new Openings(nfa, representative);
    openings.deal();
    return openings.byClass;
  }

  private void deal() {
    BitSet start = nfa.start();
    Map<BitSet, Integer> buckets = new HashMap<>();
    for (int first = 0; first < byClass.length; first++) {
      BitSet after = step(start, first);
      if (!after.isEmpty()) {
        // What leads to the same nodes shares a bucket.
        Integer bucket = buckets.putIfAbsent(after, buckets.size() % 8);
        if (bucket == null) {
          bucket = buckets.get(after);
          addSecond(after, 1 << bucket);
        }
        byClass[first] |= 1 << bucket;
      }
    }
  }

  private void addSecond(BitSet nodes, int bit) {
    if (nfa.accepted(nodes) != 0) {
      addAll((bit << 8) | (bit << 16));
      return;
    }
    Map<BitSet, Boolean> seen = new HashMap<>();
    for (int second = 0; second < byClass.length; second++) {
      BitSet after = step(nodes, second);
      if (!after.isEmpty()) {
        byClass[second] |= bit << 8;
        if (seen.put(after, true) == null) {
          addThird(after, bit);
        }
      }
    }
  }

  private void addThird(BitSet nodes, int bit) {
    if (nfa.accepted(nodes) != 0 || steps > MAX_STEPS) {
      addAll(bit << 16);
      return;
    }
    for (int third = 0; third < byClass.length; third++) {
      if ((byClass[third] & (bit << 16)) == 0 && !step(nodes, third).isEmpty()) {
        byClass[third] |= bit << 16;
      }
    }
  }

  private void addAll(int bits) {
    for (int c = 0; c < byClass.length; c++) {
      byClass[c] |= bits;
    }
  }

  private BitSet step(BitSet nodes, int byteClass) {
    steps += nodes.cardinality();
    BitSet target = new BitSet();
    nfa.step(nodes, representative[byteClass], target);
    return target;
  }
}
