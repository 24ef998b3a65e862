package dev.headgate.pipeline.payload;

/// The monotonic time, injected so that tests can move it.
@FunctionalInterface
public interface NanoClock {
  /// Nanoseconds since an arbitrary moment; compare by subtraction only.
  long nanoTime();
}
