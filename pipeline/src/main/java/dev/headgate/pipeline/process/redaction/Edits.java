package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.process.regex.Regex;
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

  // How much a request may grow by masks and hashes, beside twice its size: hashes of many short
  // values could make it many times as large, and memory is reserved for its own size.
  private static final int FREE_GROWTH_BYTES = 1 << 20;
  private static final byte[] OVERGROWN_TEXT = Utf8.bytes(Regex.OVERGROWN);
  private static final byte[] OVERGROWN_VALUE = Masking.stringValue(OVERGROWN_TEXT);
  private static final byte[] OVERGROWN_FIELD = Masking.valueField(OVERGROWN_VALUE);

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
  private long room;

  Edits(RedactionRules rules, RedactionMetrics.Bound counters) {
    this.counters = counters;
    this.rules = rules;
    this.audit = rules.audit;
    this.hits = new int[counters.size()];
    this.touchedHits = new int[hits.length];
  }

  /// Begins with a request.
  void start(Bytes bytes, WireEditor contextEditor) {
    buffer = bytes.array();
    editor = contextEditor;
    performance = null;
    room = 2L * bytes.length() + FREE_GROWTH_BYTES;
    editor.reset(bytes);
  }

  /// Ends and books the hits; the new bytes, or null when nothing is changed.
  @Nullable Bytes finish() {
    Bytes result = editor.finish();
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
    Bytes _ = editor.finish();
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

  /// Puts another text into a field, unless it is there already.
  void replaceText(int lengthStart, int from, int to, byte[] text) {
    replace(lengthStart, from, to, text, OVERGROWN_TEXT);
  }

  /// Puts the body of another AnyValue into a field, unless it is there already.
  void replaceAnyValue(int lengthStart, int from, int to, byte[] anyValue) {
    replace(lengthStart, from, to, anyValue, OVERGROWN_VALUE);
  }

  private void replace(int lengthStart, int from, int to, byte[] content, byte[] overgrown) {
    if (!audit && !Utf8.equals(buffer, from, to, content)) {
      changes++;
      byte[] fitting = fitting(content, to - from, overgrown);
      WireWriter out = editor.edit(lengthStart, to);
      out.writeVarint(fitting.length);
      out.writeRaw(fitting, 0, fitting.length);
    }
  }

  /** What is written in the place of so many bytes: something short when there is no more room. */
  private byte[] fitting(byte[] content, int bytes, byte[] overgrown) {
    int growth = content.length - bytes;
    if (growth > 0 && performance == null) {
      room -= growth;
    }
    return room < 0 && content.length > overgrown.length ? overgrown : content;
  }

  /// Puts another field in the place of the one in `[tagStart, to)`.
  ///
  /// @param field the body of an AnyValue: its one field
  void replaceField(int tagStart, int to, byte[] field) {
    if (!audit) {
      changes++;
      byte[] fitting = fitting(field, to - tagStart, OVERGROWN_VALUE);
      editor.edit(tagStart, to).writeRaw(fitting, 0, fitting.length);
    }
  }

  /// Adds a field that holds an AnyValue.
  void insert(int field, int at, byte[] anyValue) {
    if (!audit) {
      changes++;
      byte[] fitting = fitting(anyValue, 0, OVERGROWN_VALUE);
      editor.edit(at, at).writeBytesField(field, fitting, 0, fitting.length);
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
    boolean keyStands = isRequest(key) && from + keyFieldBytes == keyTo;
    boolean same = keyStands && Utf8.equals(buffer, keyTo, to, valueField);
    if (!same) {
      changes++;
      byte[] fitting = fitting(valueField, to - from - keyFieldBytes, OVERGROWN_FIELD);
      int length = keyFieldBytes + fitting.length;
      if (keyStands && length <= Byte.MAX_VALUE && from == lengthStart + 1) {
        editor.editTail(lengthStart, length, keyTo, to).writeRaw(fitting, 0, fitting.length);
        return;
      }
      WireWriter out = editor.edit(lengthStart, to);
      out.writeVarint(length);
      if (keyStands) {
        out.writeRaw(buffer, from, keyTo);
      } else {
        out.writeBytesField(1, key, keyFrom, keyTo);
      }
      out.writeRaw(fitting, 0, fitting.length);
    }
  }

  @SuppressWarnings("ReferenceEquality") // a place in the request, or a text of its own
  private boolean isRequest(byte[] bytes) {
    return bytes == buffer;
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
