package dev.headgate.bench.compare;

import java.util.Set;

/// One line of the tables.
///
/// @param name what `--scenario` takes; the part before the first `-` names its group
/// @param against the kinds of systems that take part, as far as they are there
/// @param byDefault whether it is measured when nobody says which
record Scenario(
    String name,
    Measurement measurement,
    Setup setup,
    Traffic traffic,
    Set<SystemKind> against,
    boolean byDefault) {
  Scenario {
    against = Set.copyOf(against);
  }

  /// Whether a name given by the user means this one.
  boolean isMeantBy(String given) {
    return name.equals(given) || name.startsWith(given + "-");
  }
}
