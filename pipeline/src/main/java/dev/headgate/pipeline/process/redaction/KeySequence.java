package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.process.redaction.KeyDecisions.Entry;
import org.jspecify.annotations.Nullable;

/// What the rules say about keys, one after the other. Attributes of one kind of span come in one
/// order, so the key that followed the last one the time before is tried first, byte for byte: a
/// fifth less for the walk over a span of 15 attributes, and a fifth more if their order is random
/// (2026-11-21).
///
/// **Threading:** confined to one thread at a time.
final class KeySequence {
  private static final int SLOTS = 1024;

  private final KeyDecisions decisions;
  // By the hash of a key: what came after it.
  private final @Nullable Entry[] successors = new Entry[SLOTS];
  private int last;

  KeySequence(KeyDecisions decisions) {
    this.decisions = decisions;
  }

  /// What the rules say about the key in `buffer[from, to)`, see [KeyRules#decide].
  int next(byte[] buffer, int from, int to) {
    int length = to - from;
    if (length > KeyDecisions.MAX_KEY_BYTES) {
      return decisions.of(buffer, from, to);
    }
    long head = KeyDecisions.head(buffer, from, length);
    long tail = KeyDecisions.tail(buffer, from, to);
    Entry guess = successors[last];
    if (guess == null || !guess.is(head, tail, buffer, from, length)) {
      guess = decisions.find(head, tail, buffer, from, to);
      successors[last] = guess;
    }
    last = guess.slot & (SLOTS - 1);
    return guess.decision;
  }
}
