package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.wire.WireWriter;

/// Attributes of a summary that an earlier redaction has left: the rules apply to them as to all
/// others, then this redaction's summary is joined with what is left.
///
/// **Threading:** confined to one thread at a time.
final class EarlierSummary {
  private final RedactionRules rules;
  private final Edits edits;
  private final Remains remains;
  private final KeyValueCursor entry = new KeyValueCursor();

  EarlierSummary(RedactionRules rules, Edits edits, Remains remains) {
    this.rules = rules;
    this.edits = edits;
    this.remains = remains;
  }

  /// Writes the attribute in `[from, to)`; false when it is to be removed.
  ///
  /// @param due which attribute of the summary it is
  boolean join(int due, Summary summary, int lengthStart, int from, int to) {
    byte[] buffer = edits.buffer();
    entry.read(buffer, from, to);
    int keyFrom = entry.keyFrom();
    int keyTo = entry.keyTo();
    byte[] left =
        remains.of(buffer, keyFrom, keyTo, buffer, entry.valueFrom(), entry.valueTo(), edits);
    if (left == null) {
      return false;
    }
    int decision = rules.decisions.of(buffer, keyFrom, keyTo);
    if ((decision & KeyRules.IGNORED) == 0 && KeyRules.rule(decision) >= 0) {
      edits.count(RedactionRules.FIRST_KEY_RULE + KeyRules.rule(decision));
    }
    WireWriter out = edits.editor().edit(lengthStart, to);
    summary.writeJoined(due, left, out);
    return true;
  }
}
