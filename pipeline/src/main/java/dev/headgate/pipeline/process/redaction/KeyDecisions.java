package dev.headgate.pipeline.process.redaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Remembers what the rules say about a key, because the same few keys come all the time. Holds a
/// bounded number of keys; the newest wins its place.
///
/// **Threading:** any thread; entries are immutable and a race costs one more evaluation.
final class KeyDecisions {
  private static final int SLOTS = 4096;
  private static final int MAX_KEY_BYTES = 128;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final AtomicReferenceArray<@Nullable Entry> entries = new AtomicReferenceArray<>(SLOTS);
  private final long seed = ThreadLocalRandom.current().nextLong();
  private final KeyRules rules;

  KeyDecisions(KeyRules rules) {
    this.rules = rules;
  }

  /// What the rules say about the key in `buffer[from, to)`, see [KeyRules#decide].
  int of(byte[] buffer, int from, int to) {
    if (to - from > MAX_KEY_BYTES) {
      return rules.decide(buffer, from, to);
    }
    int slot = hash(buffer, from, to) & (SLOTS - 1);
    Entry first = entries.getAcquire(slot);
    if (first != null && first.is(buffer, from, to)) {
      return first.decision;
    }
    Entry second = entries.getAcquire(slot ^ 1);
    if (second != null && second.is(buffer, from, to)) {
      return second.decision;
    }
    return remember(slot, first, Arrays.copyOfRange(buffer, from, to));
  }

  private int remember(int slot, @Nullable Entry former, byte[] key) {
    Entry entry = new Entry(key, rules.decide(key, 0, key.length));
    if (former != null) {
      entries.setRelease(slot ^ 1, former);
    }
    entries.setRelease(slot, entry);
    return entry.decision;
  }

  /** A seeded hash, so that nobody outside can choose keys that share a slot. */
  private int hash(byte[] buffer, int from, int to) {
    int length = to - from;
    long hash = seed ^ length;
    for (int at = from; at < to - 8; at += 8) {
      hash = mix(hash ^ (long) LONG.get(buffer, at));
    }
    return (int) (mix(hash ^ tail(buffer, from, to)) >>> 32);
  }

  /** The first eight bytes of a longer key, or 0. */
  private static long head(byte[] buffer, int from, int to) {
    return to - from > 8 ? (long) LONG.get(buffer, from) : 0;
  }

  /** The last eight bytes of a key, or all of it. */
  private static long tail(byte[] buffer, int from, int to) {
    if (to - from >= 8) {
      return (long) LONG.get(buffer, to - 8);
    }
    long tail = 0;
    for (int at = from; at < to; at++) {
      tail = (tail << 8) | (buffer[at] & 0xff);
    }
    return tail;
  }

  private static long mix(long value) {
    long product = value * 0x9e3779b97f4a7c15L;
    return product ^ product >>> 29;
  }

  /// One remembered key.
  private static final class Entry {
    private final byte[] key;
    private final int decision;
    private final int length;
    // Its first and its last eight bytes, which is all of most keys.
    private final long head;
    private final long tail;

    Entry(byte[] key, int decision) {
      this.key = key;
      this.decision = decision;
      this.length = key.length;
      this.head = head(key, 0, key.length);
      this.tail = tail(key, 0, key.length);
    }

    boolean is(byte[] buffer, int from, int to) {
      if (length != to - from || tail != tail(buffer, from, to) || head != head(buffer, from, to)) {
        return false;
      }
      for (int i = 8; i < length - 8; i += 8) {
        if ((long) LONG.get(key, i) != (long) LONG.get(buffer, from + i)) {
          return false;
        }
      }
      return true;
    }
  }
}
