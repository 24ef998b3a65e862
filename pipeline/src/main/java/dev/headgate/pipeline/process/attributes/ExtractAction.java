package dev.headgate.pipeline.process.attributes;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.wire.Utf8;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `extract`: the named groups of a pattern over a text become attributes.
///
/// **Threading:** any thread; the list and the cursor belong to one.
final class ExtractAction implements CompiledAction {
  private final byte[] key;
  private final Pattern pattern;
  private final byte[][] groupKeys;

  ExtractAction(String key, String pattern) {
    this.key = Utf8.bytes(key);
    this.pattern = Pattern.compile(pattern);
    groupKeys = new byte[this.pattern.groupCount()][];
    for (Map.Entry<String, Integer> group : this.pattern.namedGroups().entrySet()) {
      groupKeys[group.getValue() - 1] = Utf8.bytes(group.getKey());
    }
  }

  /// What is wrong with a pattern that compiles, or null when all its groups have names.
  static @Nullable String problem(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    int groups = compiled.groupCount();
    if (groups == 0) {
      return "a pattern without groups";
    }
    return compiled.namedGroups().size() < groups ? "a group without a name" : null;
  }

  @Override
  public void apply(AttributeList list, AnyValueCursor cursor, Map<String, byte[]> headers) {
    int index = list.find(key, 0);
    if (index < 0) {
      return;
    }
    byte[] bytes = list.valueBytes(index);
    cursor.read(bytes, list.valueFrom(index), list.valueTo(index));
    if (cursor.kind() != AnyValueCursor.Kind.STRING) {
      return;
    }
    Matcher matcher = pattern.matcher(Utf8.text(bytes, cursor.from(), cursor.to()));
    if (!matcher.find()) {
      return;
    }
    for (int group = 0; group < groupKeys.length; group++) {
      String text = matcher.group(group + 1);
      byte[] extracted = Values.ofString(text == null ? "" : text);
      byte[] name = groupKeys[group];
      CompiledAction.put(list, list.find(name, 0), name, extracted, 0, extracted.length);
    }
  }
}
