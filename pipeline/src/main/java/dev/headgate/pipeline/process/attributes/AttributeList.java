package dev.headgate.pipeline.process.attributes;

import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.Arrays;

/// The attributes of one message while actions change them: offsets into the message for what came,
/// and into an arena for what is new. Nothing is written before [#apply]. Reusable.
///
/// **Threading:** confined to one thread.
final class AttributeList {
  /** More than any sender makes, and few enough to be listed: a million would fill the heap. */
  static final int MAX_ENTRIES = 1 << 16;

  private static final int KEEP_ENTRIES = 1024;
  private static final int KEEP_BYTES = 1 << 16;
  private static final int FIRST_ENTRIES = 32;

  private final KeyValueCursor cursor = new KeyValueCursor();
  private final WireWriter arena = new WireWriter(512);
  private Entry[] entries = new Entry[FIRST_ENTRIES];
  private static final byte[] EMPTY = {};

  private byte[] bytes = EMPTY;
  private int field;
  private int size;

  AttributeList() {
    fill(0);
  }

  /// Lets go of the bytes read last.
  void clear() {
    bytes = EMPTY;
    arena.reset(KEEP_BYTES);
    shrink();
    size = 0;
  }

  private void shrink() {
    if (entries.length > KEEP_ENTRIES) {
      entries = Arrays.copyOf(entries, KEEP_ENTRIES);
    }
  }

  /// Reads the attributes of the message `bytes[from, to)`.
  ///
  /// @throws IllegalArgumentException when there are more than [#MAX_ENTRIES]
  /// @param field the number of its attributes
  void read(byte[] bytes, int from, int to, int field) {
    this.bytes = bytes;
    this.field = field;
    arena.resetForEdit(KEEP_BYTES, to - from);
    shrink();
    size = 0;
    int wanted = field << 3 | WireType.LENGTH_DELIMITED;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == wanted) {
        addRead(at, length, end);
      }
      at = end;
    }
  }

  private void addRead(int tagStart, int lengthStart, int end) {
    Entry entry = next();
    int body = WireScan.varintEnd(bytes, lengthStart);
    cursor.read(bytes, body, end);
    entry.isNew = false;
    entry.hasNewValue = false;
    entry.removed = false;
    entry.tagStart = tagStart;
    entry.lengthStart = lengthStart;
    entry.bodyFrom = body;
    entry.end = end;
    entry.keyFrom = cursor.keyFrom();
    entry.keyTo = cursor.keyTo();
    entry.valueTagStart = cursor.hasValue() ? cursor.valueTagStart() : end;
    entry.fieldEnd = cursor.hasValue() ? cursor.valueTo() : end;
    entry.valueFrom = Math.max(cursor.valueFrom(), 0);
    entry.valueTo = Math.max(cursor.valueTo(), 0);
  }

  private Entry next() {
    if (size == MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "attributes of one message: more than " + MAX_ENTRIES + " (expected: at most so many)");
    }
    if (size == entries.length) {
      int old = entries.length;
      entries = Arrays.copyOf(entries, old * 2);
      fill(old);
    }
    return entries[size++];
  }

  private void fill(int from) {
    for (int i = from; i < entries.length; i++) {
      entries[i] = new Entry();
    }
  }

  /// How many attributes there are, removed ones included.
  int size() {
    return size;
  }

  /// Whether an attribute was removed.
  boolean isRemoved(int index) {
    return entries[index].removed;
  }

  /// The next attribute with a key that is not removed, from an index on, or -1.
  int find(byte[] key, int fromIndex) {
    for (int i = fromIndex; i < size; i++) {
      Entry entry = entries[i];
      if (!entry.removed
          && entry.keyTo - entry.keyFrom == key.length
          && Arrays.equals(keyBytes(i), entry.keyFrom, entry.keyTo, key, 0, key.length)) {
        return i;
      }
    }
    return -1;
  }

  /// The array that an attribute's key is in; valid until the next change.
  byte[] keyBytes(int index) {
    return entries[index].isNew ? arena.array() : bytes;
  }

  int keyFrom(int index) {
    return entries[index].keyFrom;
  }

  int keyTo(int index) {
    return entries[index].keyTo;
  }

  /// The array that the body of an attribute's AnyValue is in; valid until the next change.
  byte[] valueBytes(int index) {
    return entries[index].hasNewValue ? arena.array() : bytes;
  }

  int valueFrom(int index) {
    return entries[index].valueFrom;
  }

  int valueTo(int index) {
    return entries[index].valueTo;
  }

  /// Removes an attribute.
  void remove(int index) {
    entries[index].removed = true;
  }

  /// Gives an attribute the AnyValue with the body `value[from, to)`, unless it has it already.
  void setValue(int index, byte[] value, int from, int to) {
    Entry entry = entries[index];
    if (Arrays.equals(valueBytes(index), entry.valueFrom, entry.valueTo, value, from, to)) {
      return;
    }
    entry.valueFrom = arena.size();
    arena.writeRaw(value, from, to);
    entry.valueTo = arena.size();
    entry.hasNewValue = true;
  }

  /// Adds an attribute at the end.
  void add(byte[] key, byte[] value, int from, int to) {
    Entry entry = next();
    entry.isNew = true;
    entry.hasNewValue = true;
    entry.removed = false;
    entry.keyFrom = arena.size();
    arena.writeRaw(key, 0, key.length);
    entry.keyTo = arena.size();
    entry.valueFrom = arena.size();
    arena.writeRaw(value, from, to);
    entry.valueTo = arena.size();
  }

  /// Whether an attribute was added and is still there.
  boolean hasAdded() {
    for (int i = size - 1; i >= 0 && entries[i].isNew; i--) {
      if (!entries[i].removed) {
        return true;
      }
    }
    return false;
  }

  /// Writes the changes; the editor stands inside the message, which ends at `to`.
  void apply(WireEditor editor, int to) {
    for (int i = 0; i < size; i++) {
      Entry entry = entries[i];
      if (entry.isNew) {
        if (!entry.removed) {
          writeNew(editor.edit(to, to), entry);
        }
      } else if (entry.removed) {
        editor.delete(entry.tagStart, entry.end);
      } else if (entry.hasNewValue) {
        editor.enter(entry.tagStart, entry.lengthStart, entry.bodyFrom, entry.end);
        WireWriter out = editor.edit(entry.valueTagStart, entry.fieldEnd);
        out.writeBytesField(2, arena.array(), entry.valueFrom, entry.valueTo);
        editor.leave();
      }
    }
  }

  /// Appends the attributes that were added.
  void writeAdded(WireWriter out) {
    for (int i = 0; i < size; i++) {
      if (entries[i].isNew && !entries[i].removed) {
        writeNew(out, entries[i]);
      }
    }
  }

  private void writeNew(WireWriter out, Entry entry) {
    out.writeTag(field, WireType.LENGTH_DELIMITED);
    int mark = out.beginLength();
    out.writeBytesField(1, arena.array(), entry.keyFrom, entry.keyTo);
    out.writeBytesField(2, arena.array(), entry.valueFrom, entry.valueTo);
    out.endLength(mark);
  }

  /// One attribute.
  private static final class Entry {
    private boolean isNew;
    private boolean hasNewValue;
    private boolean removed;
    private int tagStart;
    private int lengthStart;
    private int bodyFrom;
    private int end;
    private int keyFrom;
    private int keyTo;
    private int valueTagStart;
    private int fieldEnd;
    private int valueFrom;
    private int valueTo;
  }
}
