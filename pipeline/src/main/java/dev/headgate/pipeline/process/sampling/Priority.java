package dev.headgate.pipeline.process.sampling;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.process.GoNumbers;
import dev.headgate.pipeline.wire.Utf8;

/// The thresholds that sampling priorities ask for.
final class Priority {
  private static final long DEFER = -1;

  private Priority() {}

  /// Of a span (OpenTracing's `sampling.priority`): 0 drops, a positive number keeps, everything
  /// else leaves it to the sampler (-1).
  static long ofSpan(byte[] bytes, AnyValueCursor value) {
    double number =
        switch (value.kind()) {
          case INT -> value.intValue();
          case DOUBLE -> value.doubleValue();
          case STRING -> parse(Utf8.text(bytes, value.from(), value.to()));
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

  private static double parse(String text) {
    Double number = GoNumbers.parseFloat(text);
    return number == null ? Double.NaN : number;
  }
}
