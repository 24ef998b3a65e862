package dev.headgate.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `redaction` processor. Patterns are RE2 texts that were proven to compile.
///
/// @param blockedKeys exact names and globs (`*`), where a leading `*.` also matches nothing
/// @param replacement what a masked text becomes, `****` by default
/// @param hashKey key of HMAC-SHA-256, set when action is HASH
public record RedactionConfig(
    boolean allowAllKeys,
    List<String> allowedKeys,
    List<String> ignoredKeys,
    List<String> blockedKeyPatterns,
    List<String> blockedKeys,
    List<String> blockedValues,
    Action action,
    String replacement,
    @Nullable Secret hashKey,
    Mode mode,
    Coverage coverage)
    implements ProcessorConfig {

  /// What happens to a matched value.
  public enum Action {
    MASK,
    DELETE,
    HASH
  }

  /// Whether data is changed or hits are only counted.
  public enum Mode {
    ENFORCE,
    AUDIT
  }

  /// Which strings are visited.
  public enum Coverage {
    ALL,
    COLLECTOR
  }
}
