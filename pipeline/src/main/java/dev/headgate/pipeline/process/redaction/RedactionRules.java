package dev.headgate.pipeline.process.redaction;

import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Action;
import dev.headgate.config.RulePack;
import dev.headgate.config.Secret;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AnyValueText;
import dev.headgate.pipeline.process.redaction.RedactionMetrics.Rule;
import dev.headgate.pipeline.process.regex.Regex;
import dev.headgate.pipeline.process.regex.RegexSet;
import dev.headgate.pipeline.process.regex.Replacement;
import dev.headgate.pipeline.process.secrets.TextRules;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A redaction configuration made ready for use. Rules are numbered in this order: keys that are
/// not allowed, patterns for keys, names and globs, patterns for values.
///
/// **Threading:** immutable; any thread.
final class RedactionRules {
  /// The rule that removes keys which are not allowed.
  static final int ALLOWED_KEYS = 0;

  /// The first rule that blocks keys.
  static final int FIRST_KEY_RULE = 1;

  private static final int MAX_LABEL_CHARS = 80;

  final KeyRules keys;
  final KeyDecisions decisions;
  final TextRules values;
  final int firstValueRule;
  final boolean audit;
  final boolean delete;
  final boolean all;
  private final byte[] mask;
  private final byte[] maskText;

  /// The value field of a KeyValue that holds the mask.
  final byte[] maskField;

  private final @Nullable KeyedHash hash;

  RedactionRules(RedactionConfig config) {
    Secret hashKey = config.hashKey();
    boolean hashes = config.action() == Action.HASH;
    if (hashes && hashKey == null) {
      throw new IllegalArgumentException("hash_key: absent (expected: set for action hash)");
    }
    this.hash = hashes && hashKey != null ? new KeyedHash(hashKey) : null;
    Replacement replacement = hash != null ? hash : Replacement.constant(config.replacement());
    List<Regex> compiled = config.blockedValues().stream().map(Regex::compile).toList();
    this.values =
        TextRules.of(
            new RegexSet(compiled, Collections.nCopies(compiled.size(), replacement)),
            config.rulePacks(),
            this::maskSecret);
    this.keys = new KeyRules(config, values);
    this.decisions = new KeyDecisions(keys);
    this.firstValueRule = FIRST_KEY_RULE + keys.size();
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
    this.maskText = Utf8.bytes(config.replacement());
    this.mask = stringValue(config.replacement());
    this.maskField = valueField(mask);
  }

  /// How the rules are counted, in their order.
  static List<Rule> labels(RedactionConfig config) {
    List<Rule> labels = new ArrayList<>();
    labels.add(new Rule("allowed_keys", true));
    for (int i = 0; i < config.blockedKeyPatterns().size(); i++) {
      labels.add(new Rule("blocked_key_patterns:" + i, true));
    }
    for (String glob : config.blockedKeys()) {
      boolean fits = glob.length() <= MAX_LABEL_CHARS;
      labels.add(
          new Rule("blocked_keys:" + (fits ? glob : glob.substring(0, MAX_LABEL_CHARS)), true));
    }
    for (int i = 0; i < config.blockedValues().size(); i++) {
      labels.add(new Rule("blocked_values:" + i, false));
    }
    for (RulePack pack : config.rulePacks()) {
      labels.add(new Rule("rule_packs:" + pack.name().toLowerCase(Locale.ROOT), false));
    }
    return List.copyOf(labels);
  }

  private void maskSecret(WireWriter out, byte[] text, int from, int to) {
    byte[] bytes = hash == null ? maskText : Utf8.bytes(hash.of(text, from, to));
    out.writeRaw(bytes, 0, bytes.length);
  }

  /// The number of a rule for values as it is counted by place: the rules of a pack are one.
  int counted(int valueRule) {
    return firstValueRule + Math.min(valueRule, values.patterns());
  }

  /// The body of the AnyValue that takes the place of the one in `buffer[from, to)`.
  byte[] replacement(byte[] buffer, int from, int to) {
    return hash == null ? mask : stringValue(hashOf(hash, buffer, from, to));
  }

  /// The value field of a KeyValue that takes the place of one whose AnyValue is in `buffer[from,
  /// to)` or absent (-1, -1).
  byte[] replacementField(byte[] buffer, int from, int to) {
    return hash == null ? maskField : valueField(stringValue(hashOf(hash, buffer, from, to)));
  }

  /// Whether values are hashed.
  boolean hashes() {
    return hash != null;
  }

  private static byte[] stringValue(String text) {
    byte[] utf8 = Utf8.bytes(text);
    WireWriter out = new WireWriter(utf8.length + 8);
    out.writeBytesField(1, utf8, 0, utf8.length);
    return out.toByteArray();
  }

  private static byte[] valueField(byte[] anyValue) {
    WireWriter out = new WireWriter(anyValue.length + 8);
    out.writeBytesField(2, anyValue, 0, anyValue.length);
    return out.toByteArray();
  }

  private static String hashOf(KeyedHash hash, byte[] buffer, int from, int to) {
    AnyValueCursor value = new AnyValueCursor();
    value.read(buffer, from, to);
    return switch (value.kind()) {
      case STRING, BYTES -> hash.of(buffer, value.from(), value.to());
      case NONE, BOOL, INT, DOUBLE, ARRAY, KVLIST, STRING_INDEX -> {
        byte[] text = Utf8.bytes(AnyValueText.of(buffer, from, to));
        yield hash.of(text, 0, text.length);
      }
    };
  }

  /// Writes the body of a KeyValue, its length in front.
  static void writeKeyValue(WireWriter out, byte[] key, int keyFrom, int keyTo, byte[] valueField) {
    int keyBytes = keyTo - keyFrom;
    out.writeVarint(1 + varintBytes(keyBytes) + keyBytes + valueField.length);
    out.writeBytesField(1, key, keyFrom, keyTo);
    out.writeRaw(valueField, 0, valueField.length);
  }

  private static int varintBytes(int value) {
    return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
  }
}
