package dev.headgate.config;

import java.util.List;

/// The `filter` processor: an item for which any condition holds is dropped. Conditions are OTTL
/// texts that were proven to parse.
public record FilterConfig(
    ErrorMode errorMode,
    List<String> span,
    List<String> spanEvent,
    List<String> logRecord,
    List<String> metric,
    List<String> dataPoint)
    implements ProcessorConfig {
  /// Copies the lists.
  public FilterConfig {
    span = List.copyOf(span);
    spanEvent = List.copyOf(spanEvent);
    logRecord = List.copyOf(logRecord);
    metric = List.copyOf(metric);
    dataPoint = List.copyOf(dataPoint);
  }

  /// What an error while evaluating a condition does.
  public enum ErrorMode {
    IGNORE,
    SILENT,
    PROPAGATE
  }
}
