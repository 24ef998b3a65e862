package dev.headgate.pipeline.process.redaction;

import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Action;
import dev.headgate.config.RedactionConfig.Summary;
import dev.headgate.config.RulePack;
import dev.headgate.pipeline.process.redaction.RedactionMetrics.Rule;
import dev.headgate.pipeline.process.regex.Regex;
import dev.headgate.pipeline.process.regex.RegexSet;
import dev.headgate.pipeline.process.regex.Replacement;
import dev.headgate.pipeline.process.sanitize.Sanitizers;
import dev.headgate.pipeline.process.secrets.TextRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// A redaction configuration made ready for use. Rules are numbered in this order: keys that are
/// not allowed, patterns for keys, names and globs, patterns for values, rule packs, sanitizers.
///
/// **Threading:** immutable; any thread.
final class RedactionRules {
  /// The rule that removes keys which are not allowed.
  static final int ALLOWED_KEYS = 0;

  /// The first rule that blocks keys.
  static final int FIRST_KEY_RULE = 1;

  private static final int MAX_LABEL_CHARS = 80;
  private static final byte[] EMPTY = {};

  final KeyRules keys;
  final KeyDecisions decisions;

  /// The rules that block values.
  final TextRules values;

  private final int firstValueRule;
  final Masking masking;
  final boolean audit;
  final boolean delete;

  /// Whether everything is visited, or what the Collector visits.
  final boolean all;

  /// Whether attributes that are no strings are judged by their text.
  final boolean allTypes;

  /// What the summary says; nothing when nothing is changed.
  final Summary summary;

  /// Whether a value is told apart that an allow rule matches, apart from sparing it.
  final boolean countsAllowed;

  final Sanitizers sanitizers;

  /// The rules that count what the sanitizers change.
  final int urlRule;

  final int statementRule;

  private final RegexSet allowedValues;

  RedactionRules(RedactionConfig config) {
    this.masking = new Masking(config);
    this.values =
        TextRules.of(
            patterns(config.values().blocked(), masking.ofMatches()),
            config.values().rulePacks(),
            masking::writeMasked);
    this.allowedValues = patterns(config.values().allowed(), Replacement.constant(""));
    this.sanitizers =
        new Sanitizers(config.urlSanitizer(), config.dbSanitizer(), config.keyedTexts());
    this.keys = new KeyRules(config, values, sanitizers);
    this.decisions = new KeyDecisions(keys);
    this.firstValueRule = FIRST_KEY_RULE + keys.size();
    this.urlRule = firstValueRule + values.patterns() + config.values().rulePacks().size();
    this.statementRule = urlRule + (changesUrls(config) ? 1 : 0);
    this.audit =
        switch (config.mode()) {
          case AUDIT -> true;
          case ENFORCE -> false;
        };
    this.delete = config.action() == Action.DELETE;
    this.all =
        switch (config.coverage()) {
          case ALL -> true;
          case COLLECTOR -> false;
        };
    this.allTypes = config.values().allTypes();
    this.summary = audit ? Summary.SILENT : config.summary();
    this.countsAllowed = summary != Summary.SILENT && allowedValues.size() > 0;
  }

  private static RegexSet patterns(List<String> patterns, Replacement replacement) {
    List<Regex> compiled = patterns.stream().map(Regex::compile).toList();
    return new RegexSet(compiled, Collections.nCopies(compiled.size(), replacement));
  }

  /// Whether no request is ever changed and no hit ever counted.
  boolean isEmpty() {
    return values.size() == 0
        && keys.isEmpty()
        && sanitizers.isEmpty()
        && summary == Summary.SILENT;
  }

  /// Whether a value whose text is `[from, to)` is allowed whatever it holds.
  boolean allows(byte[] text, int from, int to) {
    return allowedValues.size() > 0 && allowedValues.firstMatch(text, from, to) >= 0;
  }

  /// Whether there are rules that allow values.
  boolean hasAllowedValues() {
    return allowedValues.size() > 0;
  }

  /// Whether a rule for values matches in no text at all, and so in a body that is not there.
  boolean matchesEmptyText() {
    return values.firstMatch(EMPTY, 0, 0) >= 0;
  }

  /// How the rules are counted, in their order.
  static List<Rule> labels(RedactionConfig config) {
    List<Rule> labels = new ArrayList<>();
    labels.add(new Rule("allowed_keys", true));
    for (int i = 0; i < config.keys().blockedPatterns().size(); i++) {
      labels.add(new Rule("blocked_key_patterns:" + i, true));
    }
    for (String glob : config.keys().blocked()) {
      boolean fits = glob.length() <= MAX_LABEL_CHARS;
      labels.add(
          new Rule("blocked_keys:" + (fits ? glob : glob.substring(0, MAX_LABEL_CHARS)), true));
    }
    for (int i = 0; i < config.values().blocked().size(); i++) {
      labels.add(new Rule("blocked_values:" + i, false));
    }
    for (RulePack pack : config.values().rulePacks()) {
      labels.add(new Rule("rule_packs:" + pack.name().toLowerCase(Locale.ROOT), false));
    }
    if (changesUrls(config)) {
      boolean patterns = config.urlSanitizer() != null;
      labels.add(new Rule(patterns ? "url_sanitizer" : "cut_queries", false));
    }
    if (config.dbSanitizer() != null || !config.keyedTexts().statements().isEmpty()) {
      boolean languages = config.dbSanitizer() != null;
      labels.add(new Rule(languages ? "db_sanitizer" : "mask_literals", false));
    }
    return List.copyOf(labels);
  }

  private static boolean changesUrls(RedactionConfig config) {
    return config.urlSanitizer() != null || !config.keyedTexts().urls().isEmpty();
  }

  /// The number of a rule for values as it is counted by place: the rules of a pack are one.
  int counted(int valueRule) {
    return firstValueRule + Math.min(valueRule, values.patterns());
  }
}
