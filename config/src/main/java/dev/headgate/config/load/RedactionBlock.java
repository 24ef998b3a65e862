package dev.headgate.config.load;

import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RulePack;
import dev.headgate.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The `redaction` processor.
final class RedactionBlock {
  /// As the Collector demands of `hmac_key`.
  private static final int MIN_HASH_KEY_BYTES = 32;

  private static final ListType<String> KEYS = ListType.ofNames(Types.NAME, "keys");
  private static final ListType<String> PATTERNS = ListType.of(Types.PATTERN, "RE2 patterns");

  private static final Key<Boolean> ALLOW_ALL_KEYS =
      Key.of(
          "allow_all_keys",
          Types.BOOL,
          false,
          "keep attributes whose keys are not in `allowed_keys`; false without `allowed_keys`"
              + " removes every attribute");
  private static final Key<List<String>> ALLOWED_KEYS =
      Key.of("allowed_keys", KEYS, List.of(), "keys that are kept");
  private static final Key<List<String>> IGNORED_KEYS =
      Key.of("ignored_keys", KEYS, List.of(), "keys that pass untouched");
  private static final Key<List<String>> BLOCKED_KEY_PATTERNS =
      Key.of("blocked_key_patterns", PATTERNS, List.of(), "keys whose values are redacted");
  private static final Key<List<String>> BLOCKED_KEYS =
      Key.of(
          "blocked_keys",
          KEYS,
          List.of(),
          "the same as exact names and globs such as `*.token*`, where a leading `*.` also matches"
              + " nothing");
  private static final Key<List<String>> BLOCKED_VALUES =
      Key.of(
          "blocked_values",
          PATTERNS,
          List.of(),
          "patterns whose matches inside values are redacted");
  private static final Key<RedactionConfig.Action> ACTION =
      Key.of(
          "action",
          Types.choiceOf(RedactionConfig.Action.class),
          RedactionConfig.Action.MASK,
          "what happens to what matches; hash = HMAC-SHA-256 with `hash_key`");
  private static final Key<String> REPLACEMENT =
      Key.of(
          "replacement",
          Types.TEXT,
          RedactionConfig.DEFAULT_REPLACEMENT,
          "what a masked text becomes");
  private static final Key<Secret> HASH_KEY =
      Key.optional(
          "hash_key",
          Types.SECRET,
          "none",
          "key of `action: hash`, at least " + MIN_HASH_KEY_BYTES + " bytes");
  private static final Key<RedactionConfig.Mode> MODE =
      Key.of(
          "mode",
          Types.choiceOf(RedactionConfig.Mode.class),
          RedactionConfig.Mode.ENFORCE,
          "audit counts hits and changes nothing");
  private static final Key<RedactionConfig.Coverage> COVERAGE =
      Key.of(
          "coverage",
          Types.choiceOf(RedactionConfig.Coverage.class),
          RedactionConfig.Coverage.ALL,
          "every string of OTLP, or only what the Collector visits");

  private static final Key<List<RulePack>> RULE_PACKS =
      Key.of(
          "rule_packs",
          Types.RULE_PACKS,
          List.of(),
          "`[secrets]` adds rules for values that look like credentials, see"
              + " [secrets.md](secrets.md)");

  static final Block<RedactionConfig> BLOCK =
      Block.of(
              RedactionBlock::redaction,
              ALLOW_ALL_KEYS,
              ALLOWED_KEYS,
              IGNORED_KEYS,
              BLOCKED_KEY_PATTERNS,
              BLOCKED_KEYS,
              BLOCKED_VALUES,
              ACTION,
              REPLACEMENT,
              HASH_KEY,
              MODE,
              COVERAGE,
              RULE_PACKS)
          .unsupported("action: hash with hash_key", "hash_function", "hmac_key")
          .unsupported("blocked_values with a narrower pattern", "allowed_values")
          .unsupported("ignored_keys", "ignored_key_patterns")
          .unsupported("blocked_keys; values inside lists and maps are visited", "redact_all_types")
          .unsupported("blocked_values", "url_sanitizer", "db_sanitizer")
          .unsupportedUnless(
              Set.of("silent"), "the counters headgate_redaction_hits_total", "summary");

  private RedactionBlock() {}

  private static @Nullable RedactionConfig redaction(Values v) {
    Secret hashKey = v.find(HASH_KEY);
    if (v.get(ACTION) == RedactionConfig.Action.HASH) {
      int bytes = hashKey == null ? 0 : hashKey.reveal().getBytes(StandardCharsets.UTF_8).length;
      if (bytes < MIN_HASH_KEY_BYTES) {
        v.problem(
            HASH_KEY,
            (hashKey == null ? "missing" : "too short")
                + " (expected: a key of at least "
                + MIN_HASH_KEY_BYTES
                + " bytes for action hash)");
        return null;
      }
    }
    return new RedactionConfig(
        v.get(ALLOW_ALL_KEYS),
        v.get(ALLOWED_KEYS),
        v.get(IGNORED_KEYS),
        v.get(BLOCKED_KEY_PATTERNS),
        v.get(BLOCKED_KEYS),
        v.get(BLOCKED_VALUES),
        v.get(ACTION),
        v.get(REPLACEMENT),
        hashKey,
        v.get(MODE),
        v.get(COVERAGE),
        v.get(RULE_PACKS));
  }
}
