package dev.headgate.config;

/// The id of a pipeline as written: `traces`, `logs/audit`.
public record PipelineId(Signal signal, String name) {
  @Override
  public String toString() {
    return name.isEmpty() ? signal.key() : signal.key() + "/" + name;
  }
}
