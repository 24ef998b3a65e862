package dev.headgate.pipeline.process.regex;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Lends scratch objects to threads for the length of a call, so that a processor needs neither a
/// lock nor a new object per payload.
///
/// **Threading:** any thread. **Ownership:** who takes an object gives it back; one that is not
/// given back is replaced.
public final class Lender<T> {
  private static final int SLOTS = 16;

  private final AtomicReferenceArray<@Nullable T> slots = new AtomicReferenceArray<>(SLOTS);
  private final Supplier<T> supplier;

  /// Creates a lender whose objects come from the supplier.
  public Lender(Supplier<T> supplier) {
    this.supplier = supplier;
  }

  /// Takes an object: the one this thread gave back last, as a rule.
  public T take() {
    T object = slots.getAndSet(slot(), null);
    return object != null ? object : supplier.get();
  }

  /// Gives an object back.
  public void giveBack(T object) {
    slots.set(slot(), object);
  }

  private static int slot() {
    return (int) Thread.currentThread().threadId() & (SLOTS - 1);
  }
}
