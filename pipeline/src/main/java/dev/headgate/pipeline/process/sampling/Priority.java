package dev.headgate.pipeline.process.sampling;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import java.nio.charset.StandardCharsets;

/// The thresholds that sampling priorities ask for.
final class Priority {
  private static final int MAX_NUMBER_BYTES = 64;
  private static final long DEFER = -1;

  private Priority() {}

  /// Of a span (OpenTracing's `sampling.priority`): 0 drops, a positive number keeps, everything
  /// else leaves it to the sampler (-1).
  static long ofSpan(byte[] bytes, AnyValueCursor value) {
    double number =
        switch (value.kind()) {
          case INT -> value.intValue();
          case DOUBLE -> value.doubleValue();
          case STRING -> parse(bytes, value.from(), value.to());
          case NONE, BOOL, ARRAY, KVLIST, BYTES, STRING_INDEX -> Double.NaN;
        };
    if (number == 0) {
      return Thresholds.NEVER;
    }
    return number > 0 ? Thresholds.ALWAYS : DEFER;
  }

  /// Of a log record: a percentage; numbers outside (0, 100] leave it to the sampler (-1).
  static long ofRecord(AnyValueCursor value, int precisionDigits) {
    double percentage =
        switch (value.kind()) {
          case INT -> value.intValue();
          case DOUBLE -> value.doubleValue();
          case NONE, STRING, BOOL, ARRAY, KVLIST, BYTES, STRING_INDEX -> 0;
        };
    double probability = percentage / 100;
    return Thresholds.inRange(probability)
        ? Thresholds.ofProbability(probability, precisionDigits)
        : DEFER;
  }

  /* A decimal number as strconv.ParseFloat takes it, without infinities and hex. */
  private static double parse(byte[] bytes, int from, int to) {
    if (to == from || to - from > MAX_NUMBER_BYTES) {
      return Double.NaN;
    }
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      boolean digit = b >= '0' && b <= '9';
      if (!digit && b != '+' && b != '-' && b != '.' && b != 'e' && b != 'E') {
        return Double.NaN;
      }
    }
    try {
      double number =
          Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
      return Double.isInfinite(number) ? Double.NaN : number;
    } catch (NumberFormatException notANumber) {
      return Double.NaN;
    }
  }
}
