package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.Arrays;

/// Attributes of a summary that an earlier redaction has left: the rules apply to them as to all
/// others, then this redaction's summary is joined with what is left.
///
/// **Threading:** confined to one thread at a time.
final class EarlierSummary {
  private static final byte[] EMPTY = {};

  private final RedactionRules rules;
  private final Edits edits;
  private final KeyValueCursor entry = new KeyValueCursor();
  private final ValueText value = new ValueText();

  EarlierSummary(RedactionRules rules, Edits edits) {
    this.rules = rules;
    this.edits = edits;
  }

  /// Writes the attribute in `[from, to)`; false when it is to be removed.
  ///
  /// @param due which attribute of the summary it is
  boolean join(int due, Summary summary, int lengthStart, int from, int to) {
    byte[] buffer = edits.buffer();
    entry.read(buffer, from, to);
    int decision = rules.decisions.of(buffer, entry.keyFrom(), entry.keyTo());
    boolean ignored = (decision & KeyRules.IGNORED) != 0;
    int keyRule = KeyRules.rule(decision);
    boolean removed = (decision & KeyRules.NOT_ALLOWED) != 0 || keyRule >= 0 && rules.delete;
    if (removed && !ignored) {
      return false;
    }
    byte[] left = left(ignored, keyRule);
    value.clear();
    WireWriter out = edits.editor().edit(lengthStart, to);
    summary.writeJoined(due, left, out);
    return true;
  }

  /** The body of the AnyValue that the rules leave. */
  private byte[] left(boolean ignored, int keyRule) {
    byte[] buffer = edits.buffer();
    byte[] same =
        entry.hasValue() ? Arrays.copyOfRange(buffer, entry.valueFrom(), entry.valueTo()) : EMPTY;
    value.read(buffer, entry.valueFrom(), entry.valueTo(), rules.allTypes);
    if (ignored || rules.allows(value.bytes(), value.from(), value.to())) {
      return same;
    }
    if (keyRule >= 0) {
      edits.count(RedactionRules.FIRST_KEY_RULE + keyRule);
      return Masking.anyValue(rules.masking.fieldByLines(value.bytes(), value.from(), value.to()));
    }
    byte[] changed = rules.values.rewrite(value.bytes(), value.from(), value.to(), edits);
    return changed == null ? same : Masking.stringValue(changed);
  }
}
