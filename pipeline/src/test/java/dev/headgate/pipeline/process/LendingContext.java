package dev.headgate.pipeline.process;

import dev.headgate.pipeline.memory.ArrayPool;

/// Contexts as workers have them, but whose pool lends arrays of any length: what a processor reads
/// or writes after it was given back is found out by the pool's assertions.
public final class LendingContext {
  private LendingContext() {}

  /// A context with a pool of its own.
  public static ChainContext create() {
    return new ChainContext(pool());
  }

  /// A pool that lends arrays of any length.
  public static ArrayPool pool() {
    return new ArrayPool(() -> 1 << 20, 1);
  }
}
