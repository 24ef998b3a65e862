package dev.headgate.config;

import java.time.Duration;

/// What the records demand of their values; a violation says "what: value (expected: ...)".
final class Require {
  private Require() {}

  static void inRange(String what, long value, long least, long most) {
    if (value < least || value > most) {
      String expected = most == Long.MAX_VALUE ? "at least " + least : least + " to " + most;
      throw new IllegalArgumentException(what + ": " + value + " (expected: " + expected + ")");
    }
  }

  static void atLeast(String what, long value, long least) {
    inRange(what, value, least, Long.MAX_VALUE);
  }

  static void inRange(String what, double value, double least, double most) {
    // Written so that NaN fails too.
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          what + ": " + value + " (expected: " + least + " to " + most + ")");
    }
  }

  static void notNegative(String what, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: not negative)");
    }
  }

  static void positive(String what, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: more than zero)");
    }
  }

  static void notEmpty(String what, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(what + ": empty (expected: a text)");
    }
  }
}
