package dev.headgate.gateway;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/// A valid configuration that cannot run here and now: a port is taken, a file cannot be read.
/// Nothing of it was left behind.
final class AssemblyException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  /// One thing that cannot be.
  ///
  /// @param keys the way to the key in the configuration that asks for it
  record Fault(List<String> keys, String message) {}

  /// With everything that cannot be.
  AssemblyException(List<Fault> faults) {
    super(faults.stream().map(Fault::message).collect(Collectors.joining("; ")));
    this.faults = List.copyOf(faults);
  }

  List<Fault> faults() {
    return faults;
  }
}
