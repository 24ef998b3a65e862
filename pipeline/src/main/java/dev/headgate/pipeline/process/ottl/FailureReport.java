package dev.headgate.pipeline.process.ottl;

import dev.headgate.config.OttlGroup.ErrorMode;
import dev.headgate.pipeline.log.RateLimitedLog;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;

/// What becomes of a condition or statement that could not be evaluated: it is counted, and, as the
/// error mode says, named in the log, or the payload fails.
///
/// **Threading:** any thread.
public final class FailureReport implements Conditions.Failures {
  private final String processorId;
  private final ErrorMode errorMode;
  private final CounterDataPoint failures;
  private final RateLimitedLog log;

  /// @param processorId the component's id as written
  public FailureReport(
      String processorId, ErrorMode errorMode, CounterDataPoint failures, RateLimitedLog log) {
    this.processorId = processorId;
    this.errorMode = errorMode;
    this.failures = failures;
    this.log = log;
  }

  @Override
  public void onFailure(String what, int index) {
    failures.inc();
    String message =
        "could not be evaluated: processor=" + processorId + " " + what + "=" + (index + 1);
    switch (errorMode) {
      case SILENT -> {}
      case IGNORE -> log.warn("processor " + processorId, message);
      case PROPAGATE -> throw new IllegalStateException(message);
    }
  }
}
