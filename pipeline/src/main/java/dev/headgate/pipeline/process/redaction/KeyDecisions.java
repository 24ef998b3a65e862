package dev.headgate.pipeline.process.redaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Remembers what the rules say about a key, because the same few keys come all the time. Holds a
/// bounded number of keys; the newest wins its place.
///
/// **Threading:** any thread; entries are immutable and a race costs one more evaluation.
final class KeyDecisions {
  private static final int SLOTS = 4096;
  static final int MAX_KEY_BYTES = 128;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  // Read and written without order: an entry's fields are final.
  private final @Nullable Entry[] entries = new Entry[SLOTS];
  private final long seed = ThreadLocalRandom.current().nextLong();
  private final KeyRules rules;

  KeyDecisions(KeyRules rules) {
    this.rules = rules;
  }

  /// What the rules say about the key in `buffer[from, to)`, see [KeyRules#decide].
  int of(byte[] buffer, int from, int to) {
    int length = to - from;
    if (length > MAX_KEY_BYTES) {
      return rules.decide(buffer, from, to);
    }
    return find(head(buffer, from, length), tail(buffer, from, to), buffer, from, to).decision;
  }

  /// The entry of a key of at most [#MAX_KEY_BYTES], new if there is none.
  ///
  /// @param head what [#head] gives for it
  /// @param tail what [#tail] gives for it
  Entry find(long head, long tail, byte[] buffer, int from, int to) {
    int length = to - from;
    int slot = slot(length, head, tail, length > 16 ? middle(buffer, from, length) : 0);
    Entry first = entries[slot];
    if (first != null && first.is(head, tail, buffer, from, length)) {
      return first;
    }
    Entry second = entries[slot ^ 1];
    if (second != null && second.is(head, tail, buffer, from, length)) {
      return second;
    }
    byte[] key = Arrays.copyOfRange(buffer, from, to);
    Entry entry = new Entry(key, head, tail, slot, rules.decide(key, 0, length));
    if (first != null) {
      entries[slot ^ 1] = first;
    }
    entries[slot] = entry;
    return entry;
  }

  /**
   * A seeded hash, so that nobody outside can choose keys that push away those of others. It does
   * not look at all bytes of a key over 24: who sends many that differ in the rest has them judged
   * anew, as if all were different.
   */
  private int slot(int length, long head, long tail, long middle) {
    long hash = mix(mix(seed + length ^ head) ^ tail ^ Long.rotateLeft(middle, 32));
    return (int) (hash >>> 32) & (SLOTS - 1);
  }

  private static long mix(long value) {
    long product = value * 0x9e3779b97f4a7c15L;
    return product ^ product >>> 29;
  }

  /** Eight bytes from the middle of a key that has them. */
  private static long middle(byte[] buffer, int from, int length) {
    return (long) LONG.get(buffer, from + (length >>> 1) - 4);
  }

  /// The first eight bytes of a longer key, or 0.
  static long head(byte[] buffer, int from, int length) {
    return length > 8 ? (long) LONG.get(buffer, from) : 0;
  }

  /// The last eight bytes of a key, or all of it.
  static long tail(byte[] buffer, int from, int to) {
    if (to - from >= 8) {
      return (long) LONG.get(buffer, to - 8);
    }
    if (from == to) {
      return 0;
    }
    if (to >= 8) {
      return (long) LONG.get(buffer, to - 8) >>> (8 * (8 - (to - from)));
    }
    long tail = 0;
    for (int at = to - 1; at >= from; at--) {
      tail = (tail << 8) | (buffer[at] & 0xff);
    }
    return tail;
  }

  /// One remembered key.
  static final class Entry {
    private final byte[] key;
    final int slot;
    final int decision;
    private final int length;
    // Its first and its last eight bytes, which is all of most keys.
    private final long head;
    private final long tail;

    Entry(byte[] key, long head, long tail, int slot, int decision) {
      this.key = key;
      this.slot = slot;
      this.decision = decision;
      this.length = key.length;
      this.head = head;
      this.tail = tail;
    }

    boolean is(long itsHead, long itsTail, byte[] buffer, int from, int itsLength) {
      if (tail != itsTail || head != itsHead || length != itsLength) {
        return false;
      }
      for (int i = 8; i < itsLength - 8; i += 8) {
        if ((long) LONG.get(key, i) != (long) LONG.get(buffer, from + i)) {
          return false;
        }
      }
      return true;
    }
  }
}
