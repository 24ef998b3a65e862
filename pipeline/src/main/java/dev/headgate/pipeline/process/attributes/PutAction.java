package dev.headgate.pipeline.process.attributes;

import dev.headgate.config.AttributeAction;
import dev.headgate.config.AttributeAction.Source;
import dev.headgate.config.AttributeAction.When;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.wire.Utf8;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `insert`, `update` and `upsert`.
///
/// **Threading:** any thread; the list belongs to one.
final class PutAction implements CompiledAction {
  private final When when;
  private final byte[] key;
  private final byte @Nullable [] fixed;
  private final byte @Nullable [] otherKey;
  private final @Nullable String header;
  private final byte @Nullable [] defaultValue;

  PutAction(AttributeAction.Put action) {
    when = action.when();
    key = Utf8.bytes(action.key());
    Source source = action.source();
    fixed = source instanceof Source.Fixed(var value) ? Values.of(value) : null;
    otherKey = source instanceof Source.Attribute(String other) ? Utf8.bytes(other) : null;
    header = source instanceof Source.Header(String name) ? name : null;
    defaultValue = action.defaultValue() == null ? null : Values.of(action.defaultValue());
  }

  @Override
  public void apply(AttributeList list, AnyValueCursor cursor, Map<String, byte[]> headers) {
    int first = list.find(key, 0);
    boolean wanted =
        switch (when) {
          case ABSENT -> first < 0;
          case PRESENT -> first >= 0;
          case ALWAYS -> true;
        };
    if (!wanted) {
      return;
    }
    int from = otherKey == null ? -1 : list.find(otherKey, 0);
    if (from >= 0) {
      CompiledAction.put(
          list, first, key, list.valueBytes(from), list.valueFrom(from), list.valueTo(from));
      return;
    }
    byte[] value = header == null ? fixed : headers.get(header);
    if (value == null) {
      value = defaultValue;
    }
    if (value != null) {
      CompiledAction.put(list, first, key, value, 0, value.length);
    }
  }
}
