package dev.headgate.config.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A value of a YAML text with the place it was found at.
sealed interface Node {
  /// Where the value begins.
  Mark mark();

  /// A map in the order of the text.
  record MapNode(Mark mark, Map<String, Entry> entries) implements Node {
    static MapNode empty(Mark mark) {
      return new MapNode(mark, new LinkedHashMap<>());
    }
  }

  /// The value under a key, and where the key stands.
  record Entry(Mark keyMark, Node value) {}

  /// A list.
  record ListNode(Mark mark, List<Node> items) implements Node {}

  /// A scalar.
  ///
  /// @param text the value, expanded once expansion has run
  /// @param written the value as it stands in the source: what errors may show
  /// @param plain whether it was written without quotes and so may be a number, boolean or null
  record ScalarNode(Mark mark, String text, String written, boolean plain) implements Node {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

    /// What a variable holds is null only when it is empty: it may be a password of four letters.
    boolean isNull() {
      return plain && (isExpanded() ? text.isEmpty() : NULLS.contains(text));
    }

    boolean isExpanded() {
      return !text.equals(written);
    }
  }

  /// A value that could not be expanded; its problem is reported already.
  record BrokenNode(Mark mark) implements Node {}

  /// Whether the value is absent in all but name: `key:` or `key: null`.
  static boolean isNull(Node node) {
    return node instanceof ScalarNode scalar && scalar.isNull();
  }

  /// What kind of value this is, for errors.
  static String kind(Node node) {
    return switch (node) {
      case MapNode _ -> "a map";
      case ListNode _ -> "a list";
      case ScalarNode scalar -> scalar.isNull() ? "nothing" : "a single value";
      case BrokenNode _ -> "an unreadable value";
    };
  }
}
