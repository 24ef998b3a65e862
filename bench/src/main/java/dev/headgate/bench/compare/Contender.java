package dev.headgate.bench.compare;

import java.util.List;

/// A system that takes part.
///
/// @param name of the rows, unique
/// @param command what starts it, without the arguments that say which configuration
/// @param version what it says of itself
record Contender(String name, SystemKind kind, List<String> command, String version) {
  Contender {
    command = List.copyOf(command);
  }
}
