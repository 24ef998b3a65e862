package dev.headgate.config.load;

import dev.headgate.config.load.Node.BrokenNode;
import dev.headgate.config.load.Node.Entry;
import dev.headgate.config.load.Node.ListNode;
import dev.headgate.config.load.Node.MapNode;
import dev.headgate.config.load.Node.ScalarNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Replaces `${env:NAME}`, `${env:NAME:-default}` and `${NAME}` in scalars by what the environment
/// holds; `$$` becomes `$`, a `$` before anything else stays.
///
/// What a variable holds is taken as it is: it is not expanded again, and never becomes YAML.
final class Expansion {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,255}");
  private static final int MAX_NESTED = 8;
  private static final String EXPECTED = " (expected: ${env:NAME} or ${env:NAME:-default})";

  private final Function<String, @Nullable String> environment;
  private final List<Problem> problems;

  Expansion(Function<String, @Nullable String> environment, List<Problem> problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /// The tree with every scalar expanded; what cannot be is reported and marked as broken.
  MapNode expand(MapNode root) {
    return (MapNode) expand(root, "");
  }

  private Node expand(Node node, String path) {
    return switch (node) {
      case MapNode map -> {
        Map<String, Entry> entries = new LinkedHashMap<>();
        map.entries()
            .forEach((key, entry) ->
                entries.put(
                    key, new Entry(entry.keyMark(), expand(entry.value(), Place.join(path, key)))));
        yield new MapNode(map.mark(), entries);
      }
      case ListNode list -> {
        List<Node> items = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
          items.add(expand(list.items().get(i), path + "[" + i + "]"));
        }
        yield new ListNode(list.mark(), items);
      }
      case ScalarNode scalar -> scalar(scalar, path);
      case BrokenNode broken -> broken;
    };
  }

  private Node scalar(ScalarNode scalar, String path) {
    if (scalar.text().indexOf('$') < 0) {
      return scalar;
    }
    try {
      String text = expand(scalar.text(), 0);
      return new ScalarNode(scalar.mark(), text, scalar.written(), scalar.plain());
    } catch (ExpansionException e) {
      problems.add(Problem.at(scalar.mark(), path, e.reason));
      return new BrokenNode(scalar.mark());
    }
  }

  private String expand(String text, int nested) throws ExpansionException {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
      if (c == '$' && next == '$') {
        out.append('$');
        at += 2;
      } else if (c == '$' && next == '{') {
        int end = closingBrace(text, at + 2);
        out.append(reference(text.substring(at + 2, end), nested + 1));
        at = end + 1;
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  /// The index of the brace that closes what was opened before `from`; a default may itself hold
  /// references.
  private static int closingBrace(String text, int from) throws ExpansionException {
    int open = 1;
    for (int i = from; i < text.length(); i++) {
      if (text.startsWith("${", i)) {
        open++;
      } else if (text.charAt(i) == '}' && --open == 0) {
        return i;
      }
    }
    throw new ExpansionException(
        "'${' is not closed" + EXPECTED.replace(")", "; a literal '${' is written '$${')"));
  }

  private String reference(String inner, int nested) throws ExpansionException {
    if (nested > MAX_NESTED) {
      throw new ExpansionException("references are nested too deeply" + EXPECTED);
    }
    String body = inner;
    int colon = inner.indexOf(':');
    if (colon >= 0 && !inner.startsWith(":-", colon)) {
      String scheme = inner.substring(0, colon);
      if (!scheme.equals("env")) {
        throw new ExpansionException(
            "the source '" + Shown.name(scheme) + "' is not supported" + EXPECTED);
      }
      body = inner.substring(colon + 1);
    }
    int separator = body.indexOf(":-");
    String name = separator < 0 ? body : body.substring(0, separator);
    if (!NAME.matcher(name).matches()) {
      throw new ExpansionException(
          "'" + Shown.name(name) + "' is not the name of a variable" + EXPECTED);
    }
    String value = environment.apply(name);
    if (value != null) {
      return value;
    }
    if (separator >= 0) {
      return expand(body.substring(separator + 2), nested);
    }
    throw new ExpansionException(
        "the environment variable "
            + name
            + " is not set (expected: a value, or a default as in ${env:"
            + name
            + ":-default})");
  }

  /// Why a scalar cannot be expanded.
  private static final class ExpansionException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;

    ExpansionException(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }
}
