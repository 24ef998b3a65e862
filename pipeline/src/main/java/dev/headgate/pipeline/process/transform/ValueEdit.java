package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.process.ottl.Path;
import dev.headgate.pipeline.process.ottl.Value;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Goes down the attributes or the body of a message by keys and changes what is there: sets a
/// value, making the maps and lists on the way to it, or edits a map. Of a key that occurs twice
/// every occurrence is changed, so that none gets round a statement.
///
/// **Threading:** confined to one thread.
final class ValueEdit {
  private static final int VALUE = 2;
  private static final int ENTRIES = 1;
  private static final int KEEP_BYTES = 1 << 16;
  private static final byte[] EMPTY = {};

  private final AnyValueCursor cursor = new AnyValueCursor();
  private final KeyValueCursor entry = new KeyValueCursor();
  private final Splice splice = new Splice();
  private final WireWriter encoded = new WireWriter(256);
  private WireEditor editor = new WireEditor();
  private byte[] bytes = EMPTY;
  private List<Path.Key> keys = List.of();
  private @Nullable MapEdit mapEdit;

  /// Lets go of the bytes changed last.
  void clear() {
    bytes = EMPTY;
    encoded.reset(KEEP_BYTES);
  }

  /// What is changed from now on is set to a value.
  ValueEdit setting(Value newValue) {
    mapEdit = null;
    encoded.reset(KEEP_BYTES);
    newValue.writeAnyValue(encoded);
    return this;
  }

  /// What is changed from now on is a map that is edited.
  ValueEdit editing(MapEdit edit) {
    mapEdit = edit;
    return this;
  }

  /// Changes attributes of a draft.
  ///
  /// @param field the number of its attributes
  /// @param path keys to go down by; none = all attributes are the map
  /// @return false when there is nothing that can be changed
  boolean inAttributes(Draft draft, int field, List<Path.Key> path, WireEditor newEditor) {
    start(draft, path, newEditor);
    MapEdit edit = mapEdit;
    if (path.isEmpty() && edit != null) {
      edit.apply(bytes, draft.from(), draft.to(), field, editor);
      return true;
    }
    return inMap(draft.from(), draft.to(), field, 0);
  }

  /// Changes the AnyValue in a field of a draft.
  ///
  /// @return false when there is nothing that can be changed
  boolean inField(Draft draft, int field, List<Path.Key> path, WireEditor newEditor) {
    start(draft, path, newEditor);
    boolean found = splice.find(bytes, draft.from(), draft.to(), field);
    Slot slot =
        found
            ? new Slot(
                field,
                splice.tagStart(),
                splice.lengthStart(),
                splice.bodyFrom(bytes),
                splice.end())
            : new Slot(field, draft.to(), draft.to(), draft.to(), draft.to());
    // As the Collector indexes a body only where it is a map or list, and never makes one of it.
    return inSlot(slot, 0, found || path.isEmpty()) && (found || path.isEmpty());
  }

  private void start(Draft draft, List<Path.Key> path, WireEditor newEditor) {
    bytes = draft.bytes();
    keys = path;
    editor = newEditor;
  }

  /// Where an AnyValue is, or, where the tag begins at the end, where it is to be.
  ///
  /// @param field the number of the field it is in
  private record Slot(int field, int tagStart, int lengthStart, int from, int end) {}

  private boolean inMap(int from, int to, int field, int keyIndex) {
    byte[] name = keys.get(keyIndex).name();
    if (name == null) {
      return false;
    }
    int wanted = WireType.tag(field, WireType.LENGTH_DELIMITED);
    boolean found = false;
    boolean changed = false;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == wanted) {
        int body = WireScan.varintEnd(bytes, length);
        entry.read(bytes, body, end);
        if (Utf8.equals(bytes, entry.keyFrom(), entry.keyTo(), name)) {
          Slot slot =
              entry.hasValue()
                  ? new Slot(
                      VALUE,
                      entry.valueTagStart(),
                      entry.valueLengthStart(),
                      entry.valueFrom(),
                      entry.valueTo())
                  : new Slot(VALUE, end, end, end, end);
          editor.enter(at, length, body, end);
          boolean done = inSlot(slot, keyIndex + 1, true);
          editor.leave();
          // The first occurrence is the one that the Collector sees.
          changed = found ? changed : done;
          found = true;
        }
      }
      at = end;
    }
    if (!found && mapEdit == null) {
      writeEntry(editor.edit(to, to), field, name, keyIndex + 1);
      return true;
    }
    return changed;
  }

  /* Below this, keys are used up from keyIndex on. */
  private boolean inSlot(Slot slot, int keyIndex, boolean makes) {
    cursor.read(bytes, slot.from(), slot.end());
    if (keyIndex == keys.size() && mapEdit == null) {
      return replace(slot, keyIndex);
    }
    return switch (cursor.kind()) {
      case KVLIST -> inMapOf(slot, keyIndex);
      case ARRAY -> keyIndex < keys.size() && inListOf(slot, keyIndex);
      case NONE -> mapEdit == null && makes && keyIndex > 0 && replace(slot, keyIndex);
      case STRING, BOOL, INT, DOUBLE, BYTES, STRING_INDEX -> false;
    };
  }

  private boolean replace(Slot slot, int keyIndex) {
    boolean whole = keyIndex == keys.size();
    int from = slot.from();
    boolean same =
        whole
            && slot.tagStart() < slot.end()
            && Arrays.equals(bytes, from, slot.end(), encoded.array(), 0, encoded.size());
    if (!same) {
      WireWriter out = editor.edit(slot.tagStart(), slot.end());
      writeValue(out, slot.field(), keyIndex);
    }
    return true;
  }

  private boolean inMapOf(Slot slot, int keyIndex) {
    int from = cursor.from();
    int to = cursor.to();
    enterMember(slot);
    boolean changed = true;
    MapEdit edit = mapEdit;
    if (keyIndex == keys.size()) {
      Objects.requireNonNull(edit).apply(bytes, from, to, ENTRIES, editor);
    } else {
      changed = inMap(from, to, ENTRIES, keyIndex);
    }
    editor.leave();
    editor.leave();
    return changed;
  }

  private boolean inListOf(Slot slot, int keyIndex) {
    Path.Key key = keys.get(keyIndex);
    int to = cursor.to();
    int at = cursor.from();
    long left = key.name() == null ? key.index() : Long.MAX_VALUE;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag >>> 3 == ENTRIES && left-- == 0) {
        enterMember(slot);
        Slot element = new Slot(ENTRIES, at, length, WireScan.varintEnd(bytes, length), end);
        boolean changed = inSlot(element, keyIndex + 1, true);
        editor.leave();
        editor.leave();
        return changed;
      }
      at = end;
    }
    return false;
  }

  /* Into the AnyValue of a slot, and into the map or list in it. */
  private void enterMember(Slot slot) {
    editor.enter(slot.tagStart(), slot.lengthStart(), slot.from(), slot.end());
    editor.enter(cursor.memberTagStart(), cursor.memberLengthStart(), cursor.from(), cursor.to());
  }

  private void writeEntry(WireWriter out, int field, byte[] name, int keyIndex) {
    out.writeTag(field, WireType.LENGTH_DELIMITED);
    int mark = out.beginLength();
    out.writeBytesField(1, name, 0, name.length);
    writeValue(out, VALUE, keyIndex);
    out.endLength(mark);
  }

  /* The AnyValue with the value, inside the maps and lists of the keys that are left. */
  private void writeValue(WireWriter out, int field, int keyIndex) {
    out.writeTag(field, WireType.LENGTH_DELIMITED);
    int mark = out.beginLength();
    if (keyIndex == keys.size()) {
      out.writeRaw(encoded.array(), 0, encoded.size());
    } else {
      Path.Key key = keys.get(keyIndex);
      byte[] name = key.name();
      out.writeTag(name == null ? 5 : 6, WireType.LENGTH_DELIMITED);
      int inner = out.beginLength();
      if (name == null) {
        for (long i = 0; i < key.index(); i++) {
          out.writeTag(ENTRIES, WireType.LENGTH_DELIMITED);
          out.writeVarint(0);
        }
        writeValue(out, ENTRIES, keyIndex + 1);
      } else {
        writeEntry(out, ENTRIES, name, keyIndex + 1);
      }
      out.endLength(inner);
    }
    out.endLength(mark);
  }
}
