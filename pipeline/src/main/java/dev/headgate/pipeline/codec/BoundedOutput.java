package dev.headgate.pipeline.codec;

import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Output of unknown size, held in chunks until its length is known: never more than twice what was
/// produced so far, never beyond a limit, and asked for before it is taken. The first mebibyte of
/// chunks is kept between uses.
///
/// **Threading:** confined to one thread.
final class BoundedOutput {
  /*
   * Chunk sizes are 64 KiB, then as much as all chunks before, at most 4 MiB. The first five make
   * one mebibyte. At the limit a buffer of one byte is handed out: a codec that puts something into
   * it has more than is allowed, one that does not was at its end.
   */
  private static final int FIRST_CHUNK_BYTES = 1 << 16;
  private static final int MAX_CHUNK_BYTES = 1 << 22;
  private static final int KEPT_CHUNKS = 5;
  private static final int LARGEST_ARRAY_BYTES = Integer.MAX_VALUE - 8;
  private static final Growth NONE = _ -> false;

  private final List<ByteBuffer> chunks = new ArrayList<>();
  private final ByteBuffer probe = ByteBuffer.allocate(1);
  private Growth growth = NONE;
  private long limitBytes;
  private long fullBytes;
  private long resultBytes; // granted for the result
  private int used;
  private boolean probing;

  /// The most that is asked for while that many bytes are put in: the chunks, the result, and what
  /// its array may be longer, which is an eighth.
  static long grownBytes(long resultBytes, long limitBytes) {
    long full = 0;
    long grown = 0;
    // A result that ends with a chunk shows that only in the next.
    for (int used = 0; full <= resultBytes && full < limitBytes; used++) {
      long usable =
          Math.min(limitBytes - full, Math.clamp(full, FIRST_CHUNK_BYTES, MAX_CHUNK_BYTES));
      grown += used < KEPT_CHUNKS ? usable : 2 * usable;
      full += usable;
    }
    return grown + Math.max(0, resultBytes + resultBytes / 8 - full);
  }

  /// Starts an output of at most `limitBytes`.
  void begin(long limitBytes, Growth growth) {
    this.limitBytes = Math.min(limitBytes, LARGEST_ARRAY_BYTES);
    this.growth = growth;
    this.fullBytes = 0;
    this.resultBytes = 0;
    this.used = 0;
    this.probing = false;
    probe.clear();
  }

  /// A heap buffer with room for what comes next; what is put into it is part of the output.
  ///
  /// @throws TooLargeException when the output has passed its limit
  /// @throws NoRoomException when more memory was refused
  ByteBuffer room() {
    if (probing) {
      checkProbe();
      return probe;
    }
    if (used > 0) {
      ByteBuffer chunk = chunks.get(used - 1);
      if (chunk.hasRemaining()) {
        return chunk;
      }
      fullBytes += chunk.position();
    }
    long left = limitBytes - fullBytes;
    if (left <= 0) {
      probing = true;
      return probe;
    }
    return nextChunk(left);
  }

  private ByteBuffer nextChunk(long left) {
    boolean kept = used < KEPT_CHUNKS;
    int size = Math.clamp(fullBytes, FIRST_CHUNK_BYTES, MAX_CHUNK_BYTES);
    int usable = (int) Math.min(size, left);
    // Once for the result that the bytes will be copied to, once more for a chunk of its own.
    long moreBytes = kept ? usable : 2L * usable;
    if (!growth.tryGrow(moreBytes)) {
      throw new NoRoomException(moreBytes);
    }
    resultBytes += usable;
    if (used == chunks.size()) {
      chunks.add(ByteBuffer.allocate(kept ? size : usable));
    }
    ByteBuffer chunk = chunks.get(used++);
    return chunk.clear().limit(usable);
  }

  private void checkProbe() {
    if (probe.position() > 0) {
      throw new TooLargeException(limitBytes);
    }
  }

  /// What was put in.
  ///
  /// @throws NoRoomException when the pool's array is longer than what was granted, and more was
  ///   refused
  Bytes toBytes(ArrayPool pool) {
    checkProbe();
    int open = probing || used == 0 ? 0 : chunks.get(used - 1).position();
    byte[] result = pool.take((int) (fullBytes + open));
    long missing = result.length - resultBytes;
    if (missing > 0 && !growth.tryGrow(missing)) {
      pool.giveBack(result);
      throw new NoRoomException(missing);
    }
    int at = 0;
    for (int i = 0; i < used; i++) {
      ByteBuffer chunk = chunks.get(i);
      int length = chunk.position();
      chunk.get(0, result, at, length);
      at += length;
    }
    return pool.lend(result, at);
  }

  /// Lets go of all but the chunks that are kept.
  void end() {
    growth = NONE;
    if (chunks.size() > KEPT_CHUNKS) {
      chunks.subList(KEPT_CHUNKS, chunks.size()).clear();
    }
  }
}
