package dev.headgate.pipeline.process.ottl;

/// A message that paths lead into.
public enum Part {
  RESOURCE,
  SCOPE,
  SPAN,
  SPAN_EVENT,
  LOG,
  METRIC,
  DATA_POINT
}
