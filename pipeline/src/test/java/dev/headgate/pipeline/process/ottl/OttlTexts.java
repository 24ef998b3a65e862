package dev.headgate.pipeline.process.ottl;

import dev.headgate.config.OttlGroup;
import dev.headgate.config.OttlGroup.ErrorMode;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.log.RateLimitedLog;
import java.time.Duration;
import java.util.List;
import org.slf4j.LoggerFactory;

/// Groups for tests of what evaluates OTTL.
public final class OttlTexts {
  private OttlTexts() {}

  /// Conditions of a filter in a context.
  public static OttlGroup conditions(Signal signal, String context, String... texts) {
    return new OttlGroup(signal, context, List.of(texts), List.of(), ErrorMode.PROPAGATE);
  }

  /// Statements of a transform in a context.
  public static OttlGroup statements(Signal signal, String context, String... texts) {
    return new OttlGroup(signal, context, List.of(), List.of(texts), ErrorMode.PROPAGATE);
  }

  /// The same group with another error mode.
  public static OttlGroup with(OttlGroup group, ErrorMode errorMode) {
    return new OttlGroup(
        group.signal(), group.context(), group.conditions(), group.statements(), errorMode);
  }

  /// A log for processors; its clock stands still.
  public static RateLimitedLog log() {
    return new RateLimitedLog(
        LoggerFactory.getLogger(OttlTexts.class), () -> 0, Duration.ofSeconds(10));
  }
}
