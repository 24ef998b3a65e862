package dev.headgate.config.load;

import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Action;
import dev.headgate.config.RedactionConfig.HashFunction;
import dev.headgate.config.RedactionConfig.Hashing;
import dev.headgate.config.RedactionConfig.Summary;
import dev.headgate.config.RulePack;
import dev.headgate.config.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The `redaction` processor.
final class RedactionBlock {
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
  private static final Key<List<String>> IGNORED_KEY_PATTERNS =
      Key.of("ignored_key_patterns", PATTERNS, List.of(), "patterns of such keys");
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
  private static final Key<List<String>> ALLOWED_VALUES =
      Key.of(
          "allowed_values",
          PATTERNS,
          List.of(),
          "values in which one of these patterns matches are left alone, whatever else matches");
  private static final Key<Boolean> REDACT_ALL_TYPES =
      Key.of(
          "redact_all_types",
          Types.BOOL,
          false,
          "judge numbers and booleans by their text; what matches becomes a string");
  private static final Key<Action> ACTION =
      Key.of(
          "action",
          Types.choiceOf(Action.class),
          Action.MASK,
          "what happens to what matches; hash = `hash_function`, or HMAC-SHA-256 with `hash_key`");
  private static final Key<String> REPLACEMENT =
      Key.of(
          "replacement",
          Types.TEXT,
          RedactionConfig.DEFAULT_REPLACEMENT,
          "what a masked text becomes");
  private static final Key<Optional<HashFunction>> HASH_FUNCTION =
      Key.of(
          "hash_function",
          Types.choice(hashFunctions()),
          Optional.empty(),
          "what matches becomes its hash in hex; sha3 = SHA3-256");
  private static final Key<Secret> HMAC_KEY =
      Key.optional(
          "hmac_key",
          Types.SECRET,
          "none",
          "key of hmac-sha256 (at least 32 bytes) and hmac-sha512 (at least 64 bytes)");
  private static final Key<Secret> HASH_KEY =
      Key.optional("hash_key", Types.SECRET, "none", "key of `action: hash`, at least 32 bytes");
  private static final Key<List<String>> CUT_QUERIES =
      Key.of(
          "cut_queries",
          KEYS,
          List.of(),
          "keys of URLs, of which what stands behind `?` or `#` is cut off and the rest stays;"
              + " attributes, and keys inside of their maps and of structured bodies");
  private static final Key<List<String>> MASK_LITERALS =
      Key.of(
          "mask_literals",
          KEYS,
          List.of(),
          "keys of statements of any database, in the same places, whose literals become `?`: read"
              + " in the language of the nearest `db.system.name` or `db.system`, else as JSON,"
              + " else as SQL in which double quotes hold texts");
  private static final Key<Summary> SUMMARY =
      Key.of(
          "summary",
          Types.choice(summaries()),
          Summary.SILENT,
          "attributes `redaction.*` that count what was done beside them; debug also lists the"
              + " keys");
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
          "every string of OTLP, or only what the Collector visits, which finds the keys of"
              + " `url_sanitizer`, `db_sanitizer`, `cut_queries` and `mask_literals` among"
              + " attributes alone");

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
          IGNORED_KEY_PATTERNS,
          BLOCKED_KEY_PATTERNS,
          BLOCKED_KEYS,
          BLOCKED_VALUES,
          ALLOWED_VALUES,
          REDACT_ALL_TYPES,
          ACTION,
          REPLACEMENT,
          HASH_FUNCTION,
          HMAC_KEY,
          HASH_KEY,
          SanitizerBlocks.URL_SANITIZER,
          SanitizerBlocks.DB_SANITIZER,
          CUT_QUERIES,
          MASK_LITERALS,
          SUMMARY,
          MODE,
          COVERAGE,
          RULE_PACKS);

  private RedactionBlock() {}

  private static Map<String, Optional<HashFunction>> hashFunctions() {
    Map<String, Optional<HashFunction>> functions = new LinkedHashMap<>();
    functions.put("", Optional.empty());
    functions.put("md5", Optional.of(HashFunction.MD5));
    functions.put("sha1", Optional.of(HashFunction.SHA1));
    functions.put("sha3", Optional.of(HashFunction.SHA3));
    functions.put("hmac-sha256", Optional.of(HashFunction.HMAC_SHA256));
    functions.put("hmac-sha512", Optional.of(HashFunction.HMAC_SHA512));
    return functions;
  }

  private static Map<String, Summary> summaries() {
    Map<String, Summary> summaries = new LinkedHashMap<>();
    summaries.put("", Summary.SILENT);
    summaries.put("silent", Summary.SILENT);
    summaries.put("info", Summary.INFO);
    summaries.put("debug", Summary.DEBUG);
    return summaries;
  }

  private static RedactionConfig redaction(Values v) {
    Optional<HashFunction> function = v.get(HASH_FUNCTION);
    if (function.isPresent() && v.get(ACTION) == Action.DELETE) {
      v.problem(ACTION, "delete (expected: hash, as there is a hash_function)");
    }
    Hashing hashing = hashing(function, v);
    return new RedactionConfig(
        new RedactionConfig.Keys(
            v.get(ALLOW_ALL_KEYS),
            v.get(ALLOWED_KEYS),
            v.get(IGNORED_KEYS),
            v.get(IGNORED_KEY_PATTERNS),
            v.get(BLOCKED_KEY_PATTERNS),
            v.get(BLOCKED_KEYS)),
        new RedactionConfig.Values(
            v.get(BLOCKED_VALUES),
            v.get(ALLOWED_VALUES),
            v.get(REDACT_ALL_TYPES),
            v.get(RULE_PACKS)),
        hashing != null ? Action.HASH : v.get(ACTION),
        v.get(REPLACEMENT),
        hashing,
        v.get(SanitizerBlocks.URL_SANITIZER).sanitizer(),
        v.get(SanitizerBlocks.DB_SANITIZER).sanitizer(),
        new RedactionConfig.KeyedTexts(v.get(CUT_QUERIES), v.get(MASK_LITERALS)),
        v.get(SUMMARY),
        v.get(MODE),
        v.get(COVERAGE));
  }

  private static @Nullable Hashing hashing(Optional<HashFunction> function, Values v) {
    if (function.isPresent()) {
      return new Hashing(function.get(), v.find(HMAC_KEY));
    }
    if (v.get(ACTION) != Action.HASH) {
      return null;
    }
    try {
      return new Hashing(HashFunction.HMAC_SHA256, v.find(HASH_KEY));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.valueOf(e.getMessage()).replace(HMAC_KEY.name(), HASH_KEY.name()), e);
    }
  }
}
