package dev.headgate.exporters.client;

import dev.headgate.pipeline.codec.Compressor;
import java.util.concurrent.ConcurrentLinkedDeque;

/// The compressors of one client: as many as are in use at once, and no new one for each body.
///
/// **Threading:** any thread. **Ownership:** who takes a compressor gives it back, or closes it
/// when it is in no known state; [#close] frees the idle ones, and those given back later.
public final class CompressorPool implements AutoCloseable {
  private final ConcurrentLinkedDeque<Compressor> idle = new ConcurrentLinkedDeque<>();
  private final int level;
  private volatile boolean closed;

  /// @param level as [Compressor] has it
  public CompressorPool(int level) {
    this.level = level;
  }

  /// Takes a compressor: the one that was given back last, as a rule.
  public Compressor take() {
    Compressor compressor = idle.pollFirst();
    return compressor == null ? new Compressor(level) : compressor;
  }

  /// Gives a compressor back.
  public void giveBack(Compressor compressor) {
    idle.addFirst(compressor);
    if (closed) {
      free();
    }
  }

  private void free() {
    for (Compressor one = idle.pollFirst(); one != null; one = idle.pollFirst()) {
      one.close();
    }
  }

  /// Frees native memory.
  @Override
  public void close() {
    closed = true;
    free();
  }
}
