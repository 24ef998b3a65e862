package dev.headgate.gateway.admin;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// One entry of the [AuditLog].
///
/// @param before the fingerprint of the configuration before, empty when there was none
/// @param after the fingerprint of the configuration that runs now
/// @param metadata what else is to be known, under keys that the action knows
public record AuditEvent(
    Action action,
    Caller caller,
    Outcome outcome,
    String before,
    String after,
    Map<String, String> metadata) {

  /// What is audited.
  public enum Action {
    /// The gateway began to take data.
    START,
    /// The configuration was to be read again.
    RELOAD,
    /// Data was to be looked at.
    TAP,
    /// A client's file of tokens changed.
    TOKENS,
    /// The gateway stops.
    STOP;

    private Set<String> metadataKeys() {
      return switch (this) {
        case START -> Set.of("version");
        case RELOAD -> Set.of("added", "changed", "removed", "problems", "left_out");
        case TAP -> Set.of("signal", "service", "limit", "left_out");
        case TOKENS -> Set.of("client", "tokens_before", "tokens_after");
        case STOP -> Set.of();
      };
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What came of it.
  public enum Outcome {
    /// It was done.
    DONE,
    /// There was nothing to do.
    UNCHANGED,
    /// It cannot be; everything is as it was.
    REFUSED,
    /// Whoever asked may not.
    DENIED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Refuses metadata that the action does not know: what may be in the log is decided here and not
  /// where it is written.
  public AuditEvent {
    metadata = Map.copyOf(metadata);
    for (String key : metadata.keySet()) {
      if (!action.metadataKeys().contains(key)) {
        throw new IllegalArgumentException(
            "metadata: " + key + " (expected: one of " + action.metadataKeys() + ")");
      }
    }
  }
}
