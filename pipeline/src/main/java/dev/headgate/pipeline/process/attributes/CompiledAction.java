package dev.headgate.pipeline.process.attributes;

import dev.headgate.config.AttributeAction;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import java.util.Map;

/// One action, ready to be applied.
///
/// Where a key occurs twice, no occurrence gets round an action: all are deleted, hashed or
/// converted; a value is set at the first, and the others are removed, so that the value of a large
/// attribute is not copied to a million small ones.
///
/// **Threading:** any thread; the list and the cursor belong to one.
sealed interface CompiledAction permits PutAction, KeyedAction, ExtractAction {
  /// Applies it.
  ///
  /// @param headers the AnyValues of the request's headers by their names in lower case
  void apply(AttributeList list, AnyValueCursor cursor, Map<String, byte[]> headers);

  /// Compiles an action.
  static CompiledAction of(AttributeAction action) {
    return switch (action) {
      case AttributeAction.Put put -> new PutAction(put);
      case AttributeAction.Delete(String key, String pattern) ->
          new KeyedAction(KeyedAction.Edit.DELETE, key, pattern);
      case AttributeAction.Hash(String key, String pattern) ->
          new KeyedAction(KeyedAction.Edit.HASH, key, pattern);
      case AttributeAction.Convert(String key, AttributeAction.ConvertedType type) ->
          new KeyedAction(KeyedAction.Edit.of(type), key, null);
      case AttributeAction.Extract(String key, String pattern) -> new ExtractAction(key, pattern);
    };
  }

  /// Sets the only attribute with a key, or adds it. The value may lie in the list's own memory: it
  /// is copied before anything moves.
  ///
  /// @param first the index of the first attribute with the key, or -1
  static void put(AttributeList list, int first, byte[] key, byte[] value, int from, int to) {
    if (first < 0) {
      list.add(key, value, from, to);
      return;
    }
    list.setValue(first, value, from, to);
    for (int i = list.find(key, first + 1); i >= 0; i = list.find(key, i + 1)) {
      list.remove(i);
    }
  }
}
