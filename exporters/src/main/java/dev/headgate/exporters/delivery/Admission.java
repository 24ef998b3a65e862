package dev.headgate.exporters.delivery;

import dev.headgate.config.QueueConfig;
import dev.headgate.config.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is taken of a queue's size and bytes, and who waits for room. The size is counted in its
/// unit, for `bytes` by the lengths of the messages; the bytes are memory, that is the arrays,
/// which may be a third longer.
///
/// **Threading:** any thread; callbacks run without the lock.
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final QueueConfig.Sizer sizer;
  private volatile long capacityUnits;
  private volatile long capacityBytes;

  private final SignalCounts unitsBySignal = new SignalCounts();
  private long usedUnits;
  private long usedBytes;

  private List<Runnable> callbacks = new ArrayList<>();

  Admission(QueueConfig.Sizer sizer, long capacityUnits, long capacityBytes) {
    this.sizer = sizer;
    this.capacityUnits = capacityUnits;
    this.capacityBytes = capacityBytes;
  }

  /// What a payload takes of the queue's size.
  long units(long bytes, int items) {
    return switch (sizer) {
      case REQUESTS -> 1;
      case ITEMS -> items;
      case BYTES -> bytes;
    };
  }

  boolean couldEverFit(long units, long bytes) {
    return units <= capacityUnits && bytes <= capacityBytes;
  }

  synchronized boolean hasRoom(long units, long bytes) {
    return units <= capacityUnits - usedUnits && bytes <= capacityBytes - usedBytes;
  }

  synchronized boolean tryTake(Signal signal, long units, long bytes) {
    if (!hasRoom(units, bytes)) {
      return false;
    }
    force(signal, units, bytes);
    return true;
  }

  /// Changes how much fits. What is in the queue stays, also above it.
  void resize(long newCapacityUnits, long newCapacityBytes) {
    List<Runnable> calls;
    synchronized (this) {
      capacityUnits = newCapacityUnits;
      capacityBytes = newCapacityBytes;
      calls = takeCallbacks();
    }
    run(calls);
  }

  /// Takes what was not foreseen when the place was reserved.
  synchronized void force(Signal signal, long units, long bytes) {
    usedUnits += units;
    usedBytes += bytes;
    unitsBySignal.add(signal, units);
  }

  void give(Signal signal, long units, long bytes) {
    List<Runnable> calls;
    synchronized (this) {
      force(signal, -units, -bytes);
      calls = takeCallbacks();
    }
    run(calls);
  }

  synchronized void onRoom(Runnable callback) {
    callbacks.add(callback);
  }

  /// Whether a part of what is taken is as much as is left of the size or of the bytes: of a queue
  /// that holds nothing else, half.
  synchronized boolean isFilledBy(long units, long bytes) {
    return units >= capacityUnits - usedUnits || bytes >= capacityBytes - usedBytes;
  }

  synchronized boolean isEmpty() {
    return usedUnits == 0 && usedBytes == 0;
  }

  /// How much is taken, in words.
  synchronized String taken() {
    String unit = sizer.name().toLowerCase(Locale.ROOT);
    String size = usedUnits + " of " + capacityUnits + " " + unit;
    return size + " and " + usedBytes + " of " + capacityBytes + " bytes of memory are taken";
  }

  long usedUnits(Signal signal) {
    return unitsBySignal.get(signal);
  }

  synchronized long usedBytes() {
    return usedBytes;
  }

  long capacityUnits() {
    return capacityUnits;
  }

  long capacityBytes() {
    return capacityBytes;
  }

  private List<Runnable> takeCallbacks() {
    if (callbacks.isEmpty()) {
      return List.of();
    }
    List<Runnable> taken = callbacks;
    callbacks = new ArrayList<>();
    return taken;
  }

  private static void run(List<Runnable> calls) {
    for (Runnable call : calls) {
      try {
        call.run();
      } catch (RuntimeException e) {
        // Whoever waits for room must not be able to stop the one who makes it.
        LOG.error("callback for room in a queue failed", e);
      }
    }
  }
}
