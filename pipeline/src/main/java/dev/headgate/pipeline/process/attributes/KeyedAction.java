package dev.headgate.pipeline.process.attributes;

import com.google.re2j.Pattern;
import dev.headgate.config.AttributeAction.ConvertedType;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.process.CachedPattern;
import dev.headgate.pipeline.wire.Utf8;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `delete`, `hash` and `convert`: what is done to each attribute with a key, and then to each
/// whose key matches a pattern. As in the Collector what is meant by both is hashed twice.
///
/// **Threading:** any thread; the list and the cursor belong to one.
final class KeyedAction implements CompiledAction {
  private final Edit edit;
  private final byte[] key;
  private final @Nullable CachedPattern pattern;

  /// What is done to an attribute.
  enum Edit {
    DELETE,
    HASH,
    TO_STRING,
    TO_INT,
    TO_DOUBLE;

    static Edit of(ConvertedType type) {
      return switch (type) {
        case STRING -> TO_STRING;
        case INT -> TO_INT;
        case DOUBLE -> TO_DOUBLE;
      };
    }
  }

  KeyedAction(Edit edit, String key, @Nullable String pattern) {
    this.edit = edit;
    this.key = Utf8.bytes(key);
    this.pattern = pattern == null ? null : new CachedPattern(Pattern.compile(pattern));
  }

  @Override
  public void apply(AttributeList list, AnyValueCursor cursor, Map<String, byte[]> headers) {
    if (key.length > 0) {
      for (int i = list.find(key, 0); i >= 0; i = list.find(key, i + 1)) {
        edit(list, i, cursor);
      }
    }
    if (pattern == null) {
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      if (!list.isRemoved(i) && pattern.find(list.keyBytes(i), list.keyFrom(i), list.keyTo(i))) {
        edit(list, i, cursor);
      }
    }
  }

  private void edit(AttributeList list, int index, AnyValueCursor cursor) {
    if (edit == Edit.DELETE) {
      list.remove(index);
      return;
    }
    byte[] bytes = list.valueBytes(index);
    int from = list.valueFrom(index);
    int to = list.valueTo(index);
    cursor.read(bytes, from, to);
    byte[] value =
        switch (edit) {
          case DELETE -> null;
          case HASH -> Values.hash(bytes, cursor);
          case TO_STRING -> Conversions.toText(bytes, from, to, cursor);
          case TO_INT -> Conversions.toInt(bytes, cursor);
          case TO_DOUBLE -> Conversions.toDouble(bytes, cursor);
        };
    if (value != null) {
      list.setValue(index, value, 0, value.length);
    }
  }
}
