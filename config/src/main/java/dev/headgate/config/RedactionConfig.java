package dev.headgate.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `redaction` processor. Patterns are RE2 texts that were proven to compile.
///
/// @param allowAllKeys whether keys outside `allowedKeys` are kept; false and an empty list removes
///   every attribute
/// @param ignoredKeys keys that pass untouched
/// @param blockedKeys exact names and globs (`*`), where a leading `*.` also matches nothing
/// @param blockedValues patterns; only the matching part of a value is replaced
/// @param replacement what a masked text becomes, `****` by default
/// @param rulePacks rules for values that come with the gateway, behind `blockedValues`
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
    Coverage coverage,
    List<RulePack> rulePacks)
    implements ProcessorConfig {
  /// What a masked text becomes when nothing else is said, as in the Collector.
  public static final String DEFAULT_REPLACEMENT = "****";

  /// Copies the lists and checks that hashing has a key.
  public RedactionConfig {
    allowedKeys = List.copyOf(allowedKeys);
    ignoredKeys = List.copyOf(ignoredKeys);
    blockedKeyPatterns = List.copyOf(blockedKeyPatterns);
    blockedKeys = List.copyOf(blockedKeys);
    blockedValues = List.copyOf(blockedValues);
    rulePacks = List.copyOf(rulePacks);
    if (action == Action.HASH && (hashKey == null || hashKey.reveal().isEmpty())) {
      throw new IllegalArgumentException("hash_key: missing (expected: a key for action hash)");
    }
  }

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
