package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.process.regex.RegexSet;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// The request that is being redacted: its bytes, what is changed in them, and what is counted.
/// Knows whether hits are only counted (audit) or only tried (a rehearsal).
///
/// **Threading:** confined to one thread at a time.
final class Edits implements RegexSet.HitSink {
  private static final byte[] EMPTY = {};

  private final RedactionMetrics.Bound counters;
  private final RedactionRules rules;
  private final boolean audit;
  private final int[] hits;
  private final int[] touchedHits;
  private int touched;
  private byte[] buffer = EMPTY;
  private WireEditor editor = new WireEditor();
  private @Nullable WireEditor performance;
  private @Nullable WireEditor rehearsal;
  private int place;
  private int changes;

  Edits(RedactionRules rules, RedactionMetrics.Bound counters) {
    this.counters = counters;
    this.rules = rules;
    this.audit = rules.audit;
    this.hits = new int[counters.size()];
    this.touchedHits = new int[hits.length];
  }

  /// Begins with a request.
  void start(byte[] bytes, WireEditor contextEditor) {
    buffer = bytes;
    editor = contextEditor;
    performance = null;
    editor.reset(bytes, 0, bytes.length);
  }

  /// Ends and books the hits; the new bytes, or null when nothing is changed.
  byte @Nullable [] finish() {
    byte[] result = editor.finish();
    buffer = EMPTY;
    for (int i = 0; i < touched; i++) {
      int index = touchedHits[i];
      counters.add(index, hits[index]);
      hits[index] = 0;
    }
    touched = 0;
    return result;
  }

  /// From now on nothing is changed or counted; the walk visits `[from, to)`.
  void startRehearsal(int from, int to) {
    if (rehearsal == null) {
      rehearsal = new WireEditor();
    }
    performance = editor;
    editor = rehearsal;
    editor.reset(buffer, from, to);
  }

  /// Back to where the rehearsal began.
  void endRehearsal() {
    if (performance == null) {
      throw new IllegalStateException("rehearsal: none (expected: started)");
    }
    byte[] _ = editor.finish();
    editor = performance;
    performance = null;
  }

  /// Whether this is a rehearsal.
  boolean isRehearsal() {
    return performance != null;
  }

  byte[] buffer() {
    return buffer;
  }

  WireEditor editor() {
    return editor;
  }

  /// The index of the [Place] that is being visited.
  int place() {
    return place;
  }

  void at(int newPlace) {
    place = newPlace;
  }

  /// Whether a log's body is being visited.
  boolean inBody() {
    return place == Place.LOG_BODY.index();
  }

  /// How often something was changed, rehearsals included.
  int changes() {
    return changes;
  }

  /** A rule for values has matched in a text of the current place. */
  @Override
  public void hit(int valueRule) {
    countValue(valueRule, place);
  }

  /// Counts a hit of a rule for values.
  void countValue(int valueRule, int where) {
    count(rules.counted(valueRule), where);
    int secret = valueRule - rules.values.patterns();
    if (secret >= 0 && performance == null) {
      counters.addSecret(secret);
    }
  }

  /// Counts a hit of a rule in the current place.
  void count(int rule) {
    count(rule, place);
  }

  private void count(int rule, int where) {
    if (performance == null) {
      int index = RedactionMetrics.Bound.index(rule, where);
      if (hits[index]++ == 0) {
        touchedHits[touched++] = index;
      }
    }
  }

  /// Removes the field in `[tagStart, to)`.
  void remove(int tagStart, int to) {
    if (!audit) {
      changes++;
      editor.delete(tagStart, to);
    }
  }

  /// Leaves the message entered last, and removes it when `delete` says so.
  void leave(boolean delete) {
    if (delete && !audit) {
      changes++;
      editor.leaveAndDelete();
    } else {
      editor.leave();
    }
  }

  /// Puts other content into a length-delimited field, unless it is there already.
  void replace(int lengthStart, int from, int to, byte[] content) {
    if (!audit && !Utf8.equals(buffer, from, to, content)) {
      changes++;
      WireWriter out = editor.edit(lengthStart, to);
      out.writeVarint(content.length);
      out.writeRaw(content, 0, content.length);
    }
  }

  /// Puts another field in the place of the one in `[tagStart, to)`.
  void replaceField(int tagStart, int to, byte[] field) {
    if (!audit) {
      changes++;
      editor.edit(tagStart, to).writeRaw(field, 0, field.length);
    }
  }

  /// Adds a length-delimited field.
  void insert(int field, int at, byte[] content) {
    if (!audit) {
      changes++;
      editor.edit(at, at).writeBytesField(field, content, 0, content.length);
    }
  }

  /// Writes the KeyValue in `[from, to)` anew: a key, a value field and nothing else; unless that
  /// is what it is already.
  void replaceValue(
      int lengthStart, int from, int to, byte[] key, int keyFrom, int keyTo, byte[] valueField) {
    if (audit) {
      return;
    }
    int keyBytes = keyTo - keyFrom;
    int keyFieldBytes = 1 + varintBytes(keyBytes) + keyBytes;
    boolean same =
        key == buffer
            && from + keyFieldBytes == keyTo
            && Utf8.equals(buffer, keyTo, to, valueField);
    if (!same) {
      changes++;
      WireWriter out = editor.edit(lengthStart, to);
      out.writeVarint(keyFieldBytes + valueField.length);
      if (key == buffer && from + keyFieldBytes == keyTo) {
        out.writeRaw(buffer, from, keyTo);
      } else {
        out.writeBytesField(1, key, keyFrom, keyTo);
      }
      out.writeRaw(valueField, 0, valueField.length);
    }
  }

  private static int varintBytes(int value) {
    return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
  }

  /// The end of a length-delimited field, proven to lie inside the message around it.
  static int end(int from, int length, int to) {
    if (length < 0 || length > to - from) {
      throw new MalformedInputException(from, "length beyond the end");
    }
    return from + length;
  }
}
