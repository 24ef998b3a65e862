package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.process.regex.RegexSet;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What the rules leave of single attributes, without changing them: for what depends on attributes
/// as they will be.
///
/// **Threading:** confined to one thread at a time.
final class Remains {
  private static final byte[] EMPTY = {};

  private final RedactionRules rules;
  private final ValueText value = new ValueText();

  Remains(RedactionRules rules) {
    this.rules = rules;
  }

  /// The body of the AnyValue that is left, or null when the attribute is removed.
  ///
  /// @param key holds the key in `[keyFrom, keyTo)`
  /// @param buffer holds the AnyValue in `[from, to)`; -1, -1 when there is none
  byte @Nullable [] of(
      byte[] key, int keyFrom, int keyTo, byte[] buffer, int from, int to, RegexSet.HitSink hits) {
    int decision = rules.decisions.of(key, keyFrom, keyTo);
    byte[] same = from < 0 ? EMPTY : Arrays.copyOfRange(buffer, from, to);
    if ((decision & KeyRules.IGNORED) != 0) {
      return same;
    }
    boolean blocked = KeyRules.rule(decision) >= 0;
    if ((decision & KeyRules.NOT_ALLOWED) != 0 || (blocked && rules.delete)) {
      return null;
    }
    value.read(same, 0, same.length, rules.allTypes);
    byte[] text = value.bytes();
    if (rules.allows(text, value.from(), value.to())) {
      return same;
    }
    if (blocked) {
      return Masking.anyValue(rules.masking.fieldByLines(text, value.from(), value.to()));
    }
    byte[] changed = rules.values.rewrite(text, value.from(), value.to(), hits);
    return changed == null ? same : Masking.stringValue(changed);
  }
}
