package dev.headgate.pipeline.process.attributes;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.headgate.config.AttributesConfig.Action;
import dev.headgate.config.AttributesConfig.Kind;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.process.CachedPattern;
import dev.headgate.pipeline.wire.Utf8;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One action, ready to be applied. Where a key occurs twice, what is deleted, hashed or set is so
/// for each occurrence, so that none gets round an action.
///
/// **Threading:** any thread; the list and the cursor belong to one.
final class CompiledAction {
  private final Kind kind;
  private final byte[] key;
  private final byte @Nullable [] value;
  private final byte @Nullable [] source;
  private final @Nullable CachedPattern keyPattern;
  private final @Nullable Pattern extraction;
  private final byte[][] groupKeys;

  CompiledAction(Action action) {
    this.kind = action.kind();
    this.key = Utf8.bytes(action.key());
    this.value = action.value() == null ? null : Values.of(action.value());
    this.source = action.fromAttribute() == null ? null : Utf8.bytes(action.fromAttribute());
    Pattern pattern = action.pattern() == null ? null : Pattern.compile(action.pattern());
    boolean extracts = kind == Kind.EXTRACT;
    this.keyPattern = pattern == null || extracts ? null : new CachedPattern(pattern);
    this.extraction = extracts ? Objects.requireNonNull(pattern) : null;
    this.groupKeys = extraction == null ? new byte[0][] : groupKeys(extraction);
  }

  private static byte[][] groupKeys(Pattern pattern) {
    byte[][] keys = new byte[pattern.groupCount()][];
    for (Map.Entry<String, Integer> group : pattern.namedGroups().entrySet()) {
      keys[group.getValue() - 1] = Utf8.bytes(group.getKey());
    }
    return keys;
  }

  /// Applies it.
  void apply(AttributeList list, AnyValueCursor cursor) {
    switch (kind) {
      case INSERT -> put(list, false, true);
      case UPDATE -> put(list, true, false);
      case UPSERT -> put(list, true, true);
      case DELETE -> delete(list);
      case HASH -> hash(list, cursor);
      case EXTRACT -> extract(list, cursor);
    }
  }

  private void put(AttributeList list, boolean updates, boolean inserts) {
    int first = list.find(key, 0);
    if (first < 0 ? !inserts : !updates) {
      return;
    }
    if (value != null) {
      putValue(list, first, value, 0, value.length);
      return;
    }
    int from = source == null ? -1 : list.find(source, 0);
    if (from >= 0) {
      putValue(list, first, list.valueBytes(from), list.valueFrom(from), list.valueTo(from));
    }
  }

  /* The value may lie in the list's own memory: it is copied before anything moves. */
  private void putValue(AttributeList list, int first, byte[] bytes, int from, int to) {
    if (first < 0) {
      list.add(key, bytes, from, to);
      return;
    }
    for (int i = first; i >= 0; i = list.find(key, i + 1)) {
      list.setValue(i, bytes, from, to);
    }
  }

  private void delete(AttributeList list) {
    for (int i = 0; i < list.size(); i++) {
      if (!list.isRemoved(i) && meansKey(list, i)) {
        list.remove(i);
      }
    }
  }

  private void hash(AttributeList list, AnyValueCursor cursor) {
    for (int i = 0; i < list.size(); i++) {
      if (!list.isRemoved(i) && meansKey(list, i)) {
        byte[] bytes = list.valueBytes(i);
        cursor.read(bytes, list.valueFrom(i), list.valueTo(i));
        byte[] hashed = Values.hash(bytes, cursor);
        list.setValue(i, hashed, 0, hashed.length);
      }
    }
  }

  private boolean meansKey(AttributeList list, int index) {
    byte[] bytes = list.keyBytes(index);
    int from = list.keyFrom(index);
    int to = list.keyTo(index);
    return (key.length > 0 && Utf8.equals(bytes, from, to, key))
        || (keyPattern != null && keyPattern.find(bytes, from, to));
  }

  private void extract(AttributeList list, AnyValueCursor cursor) {
    int index = list.find(key, 0);
    if (index < 0 || extraction == null) {
      return;
    }
    byte[] bytes = list.valueBytes(index);
    cursor.read(bytes, list.valueFrom(index), list.valueTo(index));
    if (cursor.kind() != AnyValueCursor.Kind.STRING) {
      return;
    }
    Matcher matcher = extraction.matcher(Utf8.text(bytes, cursor.from(), cursor.to()));
    if (!matcher.find()) {
      return;
    }
    for (int group = 0; group < groupKeys.length; group++) {
      String text = matcher.group(group + 1);
      byte[] extracted = Values.ofString(text == null ? "" : text);
      putExtracted(list, groupKeys[group], extracted);
    }
  }

  private static void putExtracted(AttributeList list, byte[] name, byte[] extracted) {
    int first = list.find(name, 0);
    if (first < 0) {
      list.add(name, extracted, 0, extracted.length);
    }
    for (int i = first; i >= 0; i = list.find(name, i + 1)) {
      list.setValue(i, extracted, 0, extracted.length);
    }
  }
}
