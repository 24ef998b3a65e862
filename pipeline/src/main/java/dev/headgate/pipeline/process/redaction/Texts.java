package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.process.sanitize.Sanitizers;
import dev.headgate.pipeline.wire.Utf8;
import java.util.Arrays;

/// Applies the rules for values to single fields where everything is covered.
///
/// **Threading:** confined to one thread at a time.
final class Texts {
  private static final byte[] MASKED_KEY = Utf8.bytes("****");

  private static final byte[] MASKED_STATEMENT = Utf8.bytes("?");

  private final RedactionRules rules;
  private final Edits edits;
  private final Sanitizing sanitizing;
  private final boolean hasRules;
  private int roles;

  Texts(RedactionRules rules, Edits edits, Sanitizing sanitizing) {
    this.sanitizing = sanitizing;
    this.rules = rules;
    this.edits = edits;
    this.hasRules = rules.values.size() > 0;
  }

  /// What texts are to the sanitizers.
  int roles() {
    return roles;
  }

  /// From now on texts are what `newRoles` say to the sanitizers, 0 for nothing.
  void setRoles(int newRoles) {
    roles = newRoles;
  }

  /// Visits a text.
  ///
  /// @param removable whether there is a KeyValue around it
  /// @param owner the message whose attribute or body it stands in
  /// @return whether that KeyValue is to be removed
  boolean text(int lengthStart, int from, int to, boolean removable, AttributeOwner owner) {
    byte[] buffer = edits.buffer();
    if ((!hasRules && roles == 0) || rules.allows(buffer, from, to)) {
      return false;
    }
    byte[] changed = null;
    if (!rules.delete || !removable) {
      changed = rules.values.rewrite(buffer, from, to, edits);
    } else if (matches(buffer, from, to)) {
      return true;
    }
    changed = sanitizing.text(roles, changed, buffer, from, to, owner);
    if (changed != null) {
      edits.replaceText(lengthStart, from, to, changed);
    }
    return false;
  }

  private boolean matches(byte[] text, int from, int to) {
    int rule = rules.values.firstMatch(text, from, to);
    if (rule >= 0) {
      edits.hit(rule);
    }
    return rule >= 0;
  }

  /// Visits the bytes of an AnyValue: a text when they are UTF-8, else a statement is masked whole
  /// and of a URL the query is cut off. Parameters and result as those of [#text].
  boolean bytes(int tagStart, int from, int to, boolean removable, AttributeOwner owner) {
    if (!hasRules && roles == 0) {
      return false;
    }
    byte[] buffer = edits.buffer();
    if (Utf8.isValid(buffer, from, to)) {
      return text(tagStart + 1, from, to, removable, owner);
    }
    int rule = rules.values.firstMatchInBytes(buffer, from, to);
    if (rule < 0) {
      if (Sanitizers.areMasked(roles)) {
        edits.count(rules.statementRule);
        edits.replaceField(tagStart, to, Masking.stringValue(MASKED_STATEMENT));
      } else if (Sanitizers.areCut(roles)) {
        cut(tagStart + 1, from, to);
      }
      return false;
    }
    edits.hit(rule);
    if (rules.delete && removable) {
      return true;
    }
    edits.replaceField(tagStart, to, rules.masking.value(buffer, tagStart, to));
    return false;
  }

  private void cut(int lengthStart, int from, int to) {
    byte[] url = Sanitizers.withoutQuery(Arrays.copyOfRange(edits.buffer(), from, to));
    if (url.length < to - from) {
      edits.count(rules.urlRule);
      edits.replaceText(lengthStart, from, to, url);
    }
  }

  /// Visits a number or boolean of an AnyValue, which becomes a text when a rule matches in its
  /// own. Parameters and result as those of [#text].
  boolean scalar(int tagStart, int to, ValueText value, boolean removable) {
    if (!hasRules || rules.allows(value.bytes(), value.from(), value.to())) {
      return false;
    }
    if (rules.delete && removable) {
      return matches(value.bytes(), value.from(), value.to());
    }
    byte[] changed = rules.values.rewrite(value.bytes(), value.from(), value.to(), edits);
    if (changed != null) {
      edits.replaceField(tagStart, to, Masking.stringValue(changed));
    }
    return false;
  }

  /// Visits a key in which a rule for values matches; the result is that of [#text].
  boolean key(int lengthStart, int from, int to) {
    if (rules.delete) {
      return matches(edits.buffer(), from, to);
    }
    edits.replaceText(lengthStart, from, to, rewrittenKey(from, to));
    return false;
  }

  /// The key without what rules for values match.
  byte[] rewrittenKey(int from, int to) {
    byte[] buffer = edits.buffer();
    byte[] key = rules.values.rewrite(buffer, from, to, edits);
    if (key == null) {
      return Arrays.copyOfRange(buffer, from, to);
    }
    // An attribute without a key is none; the structure has to survive.
    return key.length == 0 ? MASKED_KEY : key;
  }

  /// Removes a field that nobody understands when a rule for values matches in its bytes.
  void unknown(int tagStart, int from, int to) {
    if (!rules.all || !hasRules) {
      return;
    }
    int rule = rules.values.firstMatchInBytes(edits.buffer(), from, to);
    if (rule >= 0) {
      edits.countValue(rule, Place.UNKNOWN.index());
      edits.remove(tagStart, to);
    }
  }
}
