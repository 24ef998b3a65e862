package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.process.CachedPattern;
import dev.headgate.pipeline.process.ottl.Expression;
import dev.headgate.pipeline.process.ottl.OttlException;
import dev.headgate.pipeline.process.ottl.OttlParser;
import dev.headgate.pipeline.process.ottl.Path;
import dev.headgate.pipeline.process.ottl.Statement;
import dev.headgate.pipeline.process.ottl.Statement.Argument;
import dev.headgate.pipeline.process.ottl.Value;
import dev.headgate.pipeline.process.regex.Regex;
import dev.headgate.pipeline.wire.Utf8;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes editors of parsed statements.
final class EditorCompiler {
  private static final String EDITORS =
      "set, delete_key, delete_matching_keys, keep_keys, keep_matching_keys, replace_pattern,"
          + " replace_all_patterns, truncate_all, limit";

  private final Statement statement;

  private EditorCompiler(Statement statement) {
    this.statement = statement;
  }

  /// The editor of a statement.
  ///
  /// @throws OttlException when this version does not have it, or not with such arguments
  static Editor compile(Statement statement) {
    return new EditorCompiler(statement).compile();
  }

  private Editor compile() {
    return switch (statement.editor()) {
      case "set" -> {
        arguments(2);
        yield new Editor.Set(settable(path(0)), settableTo(value(1)));
      }
      case "delete_key" -> {
        arguments(2);
        yield new Editor.Edit(map(0), EntryRemoval.ofKey(Utf8.bytes(text(1))));
      }
      case "delete_matching_keys" -> {
        arguments(2);
        yield new Editor.Edit(map(0), EntryRemoval.ofPattern(pattern(1), false));
      }
      case "keep_matching_keys" -> {
        arguments(2);
        yield new Editor.Edit(map(0), EntryRemoval.ofPattern(pattern(1), true));
      }
      case "keep_keys" -> {
        arguments(2);
        yield new Editor.Edit(map(0), EntryRemoval.ofAllBut(texts(1)));
      }
      case "limit" -> {
        arguments(3);
        yield new Editor.Edit(map(0), limit(number(1), texts(2)));
      }
      case "truncate_all" -> {
        arguments(2);
        long limit = number(1);
        yield new Editor.Edit(map(0), TextEdit.truncating(limit));
      }
      case "replace_pattern" -> {
        arguments(3);
        yield new Editor.Replace(settable(path(0)), new PatternReplacement(regex(1), text(2)));
      }
      case "replace_all_patterns" -> {
        arguments(4);
        yield new Editor.Edit(map(0), replaceAll(text(1)));
      }
      default ->
          throw new OttlException(
              1, "unsupported editor " + statement.editor() + " (supported: " + EDITORS + ")");
    };
  }

  private MapEdit limit(long limit, List<byte[]> keys) {
    if (limit < keys.size()) {
      throw wrong(1, "limit of " + limit, "at least as many as keys that stay, " + keys.size());
    }
    // No room at all is no limit but the removal of everything.
    return limit == 0 ? EntryRemoval.ofAllBut(List.of()) : EntryRemoval.toLimit(limit, keys);
  }

  private MapEdit replaceAll(String mode) {
    PatternReplacement replacement = new PatternReplacement(regex(2), text(3));
    return switch (mode) {
      case "value" -> TextEdit.replacing(replacement);
      case "key" -> new KeyReplacement(replacement);
      default -> throw wrong(1, "mode", "\"key\" or \"value\"");
    };
  }

  private void arguments(int wanted) {
    int given = statement.arguments().size();
    if (given != wanted) {
      throw new OttlException(
          1, statement.editor() + ": " + given + " arguments (expected: " + wanted + ")");
    }
  }

  private Argument argument(int index) {
    return statement.arguments().get(index);
  }

  private OttlException wrong(int index, String what, String expected) {
    return new OttlException(
        argument(index).column(),
        statement.editor() + ": unsupported " + what + " (expected: " + expected + ")");
  }

  private Expression value(int index) {
    Expression value = argument(index).expression();
    if (value == null) {
      throw wrong(index, "list", "a value or a path");
    }
    return value;
  }

  private Path path(int index) {
    if (argument(index).expression() instanceof Path path) {
      return path;
    }
    throw wrong(index, "target", "a path");
  }

  private Path map(int index) {
    Path path = path(index);
    return switch (path.type()) {
      case ATTRIBUTES, ANY_VALUE -> path;
      default -> throw wrong(index, "target", "attributes, or a body or attribute that is a map");
    };
  }

  private Path settable(Path path) {
    boolean fine =
        switch (path.type()) {
          case ATTRIBUTES -> !path.keys().isEmpty();
          case ANY_VALUE, ANY_VALUE_TEXT -> true;
          default -> FieldSetter.sets(path.type());
        };
    if (!fine) {
      throw wrong(0, "target", "a field that can be set");
    }
    return path;
  }

  private Expression settableTo(Expression value) {
    boolean id =
        value instanceof Path path
            && (path.type() == Path.Type.TRACE_ID || path.type() == Path.Type.SPAN_ID);
    if (id) {
      throw wrong(1, "value", "no id: its .string is a text");
    }
    return value;
  }

  private @Nullable String literal(@Nullable Expression expression) {
    return expression instanceof Expression.Literal(Value value) ? value.literalText() : null;
  }

  private String text(int index) {
    String text = literal(argument(index).expression());
    if (text == null) {
      throw wrong(index, "argument", "a text in quotes");
    }
    return text;
  }

  private List<byte[]> texts(int index) {
    List<Expression> list = argument(index).list();
    if (list == null) {
      throw wrong(index, "argument", "a list of texts in quotes");
    }
    List<byte[]> texts = new ArrayList<>();
    for (Expression element : list) {
      String text = literal(element);
      if (text == null) {
        throw wrong(index, "element", "a text in quotes");
      }
      texts.add(Utf8.bytes(text));
    }
    return texts;
  }

  private long number(int index) {
    if (argument(index).expression() instanceof Expression.Literal(Value value)
        && value.kind() == Value.Kind.INT
        && value.integer() >= 0) {
      return value.integer();
    }
    throw wrong(index, "argument", "a whole number that is not negative");
  }

  private Regex regex(int index) {
    return OttlParser.regex(argument(index).expression(), argument(index).column());
  }

  private CachedPattern pattern(int index) {
    return new CachedPattern(regex(index));
  }
}
