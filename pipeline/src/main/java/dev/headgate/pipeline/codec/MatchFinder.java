package dev.headgate.pipeline.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Finds what has stood within the last 32 KiB before: one look into a table for each place, longer
/// and longer steps where nothing repeats. What it finds are sequences: so many literals, then a
/// copy of so many bytes from so far back.
///
/// **Threading:** confined to one thread.
final class MatchFinder {
  /*
   * Copies shorter than six bytes are left alone: in telemetry they are chance hits among random ids,
   * and cost more than the literals. The table holds places counted over everything that was ever
   * taken in, so that neither moving the window nor a new body has to clear it: what is too far back
   * is not looked at.
   */
  static final int BLOCK_BYTES = (1 << 16) - 1;
  static final int LENGTH_BITS = 9;
  static final int MIN_MATCH = 6;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int TABLE_BITS = 14;
  private static final int WINDOW_BYTES = DeflateTables.MAX_DISTANCE;
  private static final int END_BYTES = 16;
  private static final int MAX_PLACE = 1 << 30;
  private static final int MAX_SEQUENCES = BLOCK_BYTES / MIN_MATCH + 2 + BLOCK_BYTES / 256;
  private static final int STEP_SHIFT = 2;

  private final byte[] buffer = new byte[WINDOW_BYTES + BLOCK_BYTES];
  private final int[] table = new int[1 << TABLE_BITS];
  private final int[] literals = new int[MAX_SEQUENCES];
  private final int[] copies = new int[MAX_SEQUENCES];
  private int sequences;
  private int blockStart;
  private int end;
  // What is to be added to an offset in the buffer to get its place.
  private int places = WINDOW_BYTES + 1;

  /// Forgets what was taken in.
  void reset() {
    places += end + WINDOW_BYTES + 1;
    if (places > MAX_PLACE) {
      Arrays.fill(table, 0);
      places = WINDOW_BYTES + 1;
    }
    blockStart = 0;
    end = 0;
  }

  /// Takes in as much as fits into the current block; returns how much.
  int fill(byte[] source, int from, int to) {
    int count = Math.min(to - from, blockStart + BLOCK_BYTES - end);
    count = Math.min(count, buffer.length - end);
    System.arraycopy(source, from, buffer, end, count);
    end += count;
    return count;
  }

  /// Starts the next block; what the one before held can be copied from.
  void nextBlock() {
    blockStart = end;
    if (buffer.length - end < BLOCK_BYTES) {
      int kept = Math.min(end, WINDOW_BYTES);
      int moved = end - kept;
      System.arraycopy(buffer, moved, buffer, 0, kept);
      places += moved;
      end = kept;
      blockStart = kept;
      if (places > MAX_PLACE) {
        Arrays.fill(table, 0);
        places = WINDOW_BYTES + 1;
      }
    }
  }

  byte[] buffer() {
    return buffer;
  }

  int blockStart() {
    return blockStart;
  }

  int blockEnd() {
    return end;
  }

  int sequences() {
    return sequences;
  }

  /// How many literals come before the copy of a sequence.
  int[] literals() {
    return literals;
  }

  /// Distance and length of the copy of a sequence: `distance << LENGTH_BITS | length`, 0 for none.
  int[] copies() {
    return copies;
  }

  /// Finds the sequences of the current block.
  void find() {
    byte[] b = buffer;
    int[] places = table;
    int shift = this.places;
    int limit = end - END_BYTES;
    int anchor = blockStart;
    int at = anchor;
    int misses = 1 << STEP_SHIFT;
    sequences = 0;
    while (at < limit) {
      long word = (long) LONG.get(b, at);
      int slot = slot(word);
      int candidate = places[slot] - shift;
      places[slot] = at + shift;
      if (at - candidate > WINDOW_BYTES || (((long) LONG.get(b, candidate) ^ word) << 16) != 0) {
        at += misses++ >> STEP_SHIFT;
        continue;
      }
      int length = MIN_MATCH + common(b, candidate + MIN_MATCH, at + MIN_MATCH, end);
      int distance = at - candidate;
      while (at > anchor && at > distance && b[at - 1] == b[at - distance - 1]) {
        at--;
        length++;
      }
      add(at - anchor, distance, length);
      at += length;
      anchor = at;
      misses = 1 << STEP_SHIFT;
      if (at < limit) {
        places[slot((long) LONG.get(b, at - 3))] = at - 3 + shift;
      }
    }
    literals[sequences] = end - anchor;
    copies[sequences++] = 0;
  }

  /** A copy that is too long for deflate becomes several, none of them shorter than four. */
  private void add(int before, int distance, int length) {
    int literalsBefore = before;
    int left = length;
    while (left > 0) {
      int part = Math.min(left, DeflateTables.MAX_LENGTH);
      if (left > part && left - part < 4) {
        part -= 4;
      }
      literals[sequences] = literalsBefore;
      copies[sequences++] = distance << LENGTH_BITS | part;
      literalsBefore = 0;
      left -= part;
    }
  }

  private static int slot(long word) {
    return (int) (((word << 16) * 0x9e3779b185ebca87L) >>> (64 - TABLE_BITS));
  }

  private static int common(byte[] b, int first, int second, int end) {
    int at = second;
    int back = second - first;
    while (at <= end - 8) {
      long difference = (long) LONG.get(b, at) ^ (long) LONG.get(b, at - back);
      if (difference != 0) {
        return at - second + (Long.numberOfTrailingZeros(difference) >>> 3);
      }
      at += 8;
    }
    while (at < end && b[at] == b[at - back]) {
      at++;
    }
    return at - second;
  }
}
