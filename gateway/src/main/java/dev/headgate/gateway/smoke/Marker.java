package dev.headgate.gateway.smoke;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// What tells the telemetry of one smoke test from all other.
///
/// @param traceId 32 hex digits; the attribute `smoke.id` too
/// @param number the metric's value: as a label it would be a new series at each run
/// @param secret what must not arrive; letters and digits, so that no encoding changes it
record Marker(String traceId, String spanId, long number, String secret) {
  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;
  private static final int SECRET_BYTES = 20;

  /// As large as a double holds exactly, which is all that a backend keeps.
  private static final long MAX_NUMBER = 1L << 53;

  static Marker random(RandomGenerator random) {
    return new Marker(
        hex(random, TRACE_ID_BYTES),
        hex(random, SPAN_ID_BYTES),
        random.nextLong(1, MAX_NUMBER),
        "planted" + hex(random, SECRET_BYTES));
  }

  private static String hex(RandomGenerator random, int bytes) {
    byte[] result = new byte[bytes];
    random.nextBytes(result);
    // No id is all zeros.
    result[bytes - 1] |= 1;
    return HexFormat.of().formatHex(result);
  }
}
