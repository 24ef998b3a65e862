package dev.headgate.pipeline.process.redaction;

import dev.headgate.config.RedactionConfig;
import dev.headgate.pipeline.process.regex.Regex;
import dev.headgate.pipeline.process.regex.RegexSet;
import dev.headgate.pipeline.process.regex.Replacement;
import dev.headgate.pipeline.process.sanitize.Sanitizers;
import dev.headgate.pipeline.process.secrets.TextRules;
import dev.headgate.pipeline.wire.Utf8;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The rules for keys: ignored, allowed, blocked by pattern, blocked by name or glob.
///
/// **Threading:** immutable; any thread.
final class KeyRules {
  /// The key and all it holds are left alone.
  static final int IGNORED = 1;

  /// The key is not among those that are allowed.
  static final int NOT_ALLOWED = 2;

  /// A rule for values matches in the key itself.
  static final int SECRET_KEY = 4;

  private static final int ROLES_SHIFT = 4;
  private static final int ROLES_MASK = 0x3ff;
  private static final int RULE_SHIFT = 14;

  /// What the Collector keeps of an earlier redaction's summary.
  private static final List<String> ALWAYS_ALLOWED =
      List.of(
          "redaction.redacted.keys",
          "redaction.redacted.count",
          "redaction.masked.keys",
          "redaction.masked.count",
          "redaction.ignored.count");

  private final Set<String> ignored;
  private final RegexSet ignoredPatterns;
  private final Set<String> allowed;
  private final boolean allowAll;
  private final RegexSet patterns;
  private final List<KeyGlob> globs;
  private final TextRules values;
  private final boolean valuesInKeys;
  private final Sanitizers sanitizers;

  /// Creates the rules of a configuration.
  ///
  /// @param values the rules for values; they apply to the text of keys too where all is covered
  KeyRules(RedactionConfig config, TextRules values, Sanitizers sanitizers) {
    RedactionConfig.Keys keys = config.keys();
    this.ignored = new HashSet<>(keys.ignored());
    this.ignoredPatterns = patterns(keys.ignoredPatterns());
    this.allowed = new HashSet<>(keys.allowed());
    this.allowed.addAll(ALWAYS_ALLOWED);
    this.allowAll = keys.allowAll();
    this.patterns = patterns(keys.blockedPatterns());
    this.globs = keys.blocked().stream().map(KeyGlob::new).toList();
    this.values = values;
    this.sanitizers = sanitizers;
    this.valuesInKeys =
        switch (config.coverage()) {
          case ALL -> true;
          case COLLECTOR -> false;
        };
  }

  private static RegexSet patterns(List<String> patterns) {
    List<Regex> compiled = patterns.stream().map(Regex::compile).toList();
    return new RegexSet(compiled, Collections.nCopies(compiled.size(), Replacement.constant("")));
  }

  /// How many rules block keys: the patterns, then the names and globs.
  int size() {
    return patterns.size() + globs.size();
  }

  /// Whether nothing depends on any key.
  boolean isEmpty() {
    return allowAll
        && size() == 0
        && ignored.isEmpty()
        && ignoredPatterns.size() == 0
        && !sanitizers.concernsAttributes()
        && (values.size() == 0 || !valuesInKeys);
  }

  /// Judges the key in `buffer[from, to)`: flags, the rule that blocks it ([#rule]), and what its
  /// value is for the sanitizers ([#roles]).
  int decide(byte[] buffer, int from, int to) {
    String key = Utf8.text(buffer, from, to);
    if (ignored.contains(key) || ignoredPatterns.firstMatch(buffer, from, to) >= 0) {
      return IGNORED;
    }
    int decision = allowAll || allowed.contains(key) ? 0 : NOT_ALLOWED;
    if (valuesInKeys && values.firstMatch(buffer, from, to) >= 0) {
      decision |= SECRET_KEY;
    }
    decision |= sanitizers.roles(key) << ROLES_SHIFT;
    return decision | (blockedBy(buffer, from, to) + 1) << RULE_SHIFT;
  }

  private int blockedBy(byte[] buffer, int from, int to) {
    int pattern = patterns.firstMatch(buffer, from, to);
    if (pattern >= 0) {
      return pattern;
    }
    for (int i = 0; i < globs.size(); i++) {
      if (globs.get(i).matches(buffer, from, to)) {
        return patterns.size() + i;
      }
    }
    return -1;
  }

  /// What the value is for the sanitizers, see [Sanitizers#roles].
  static int roles(int decision) {
    return (decision >>> ROLES_SHIFT) & ROLES_MASK;
  }

  /// Whether a rule blocks the key, and there is nothing else to say about it.
  static boolean isBlockedOnly(int decision) {
    return rule(decision) >= 0 && (decision & (IGNORED | NOT_ALLOWED | SECRET_KEY)) == 0;
  }

  /// The rule that blocks the key, or -1.
  static int rule(int decision) {
    return (decision >>> RULE_SHIFT) - 1;
  }
}
