package dev.headgate.pipeline.worker;

import java.time.Duration;

/// How many of everything the workers have.
///
/// @param workers threads
/// @param intakeRequests how many requests may wait for a worker
/// @param maxParkedRequests how many may wait for room in an exporter's queue
/// @param moment how long a request waits for room in a queue that does not block
/// @param retryAfter the delay that refused clients are asked to wait
public record WorkerSettings(
    int workers, int intakeRequests, int maxParkedRequests, Duration moment, Duration retryAfter) {
  /// Checks the numbers.
  public WorkerSettings {
    requirePositive("workers", workers);
    requirePositive("intakeRequests", intakeRequests);
    requirePositive("maxParkedRequests", maxParkedRequests);
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: 1 or more)");
    }
  }
}
