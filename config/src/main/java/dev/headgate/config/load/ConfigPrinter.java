package dev.headgate.config.load;

import dev.headgate.config.load.Node.BrokenNode;
import dev.headgate.config.load.Node.ListNode;
import dev.headgate.config.load.Node.MapNode;
import dev.headgate.config.load.Node.ScalarNode;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Writes a merged, expanded configuration as YAML in which no secret stands. Read again, it means
/// the same but for the secrets.
final class ConfigPrinter {
  static final String MASK = "[REDACTED]";

  /// Names that need no quotes. Everything else is quoted.
  private static final Pattern NAME = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");

  /// What is written plain if it was: numbers, durations, addresses. No text that matches none of
  /// these is anything but a text, so quotes do not change it.
  private static final Pattern PLAIN =
      Pattern.compile("-?[A-Za-z0-9_./+]([A-Za-z0-9_./+:-]*[A-Za-z0-9_./+-])?");

  private static final Set<String> BOOLEANS =
      Set.of("true", "True", "TRUE", "false", "False", "FALSE");

  /// Keys that hold secrets wherever they stand, those without effect included.
  private static final Set<String> SECRET_KEYS =
      Set.of(
          "authorization",
          "ca_pem",
          "cert_pem",
          "hash_key",
          "headers",
          "hmac_key",
          "inline",
          "key_pem",
          "password",
          "token",
          "tokens");

  /// Keys of a header that is an item of a list: what it is called and where its value comes from,
  /// without which the list cannot be read again.
  private static final Set<String> PLAIN_HEADER_KEYS =
      Set.of("action", "from_context", "key", "name");

  private static final Pattern HEADER_ITEM = Pattern.compile("(^|\\.)headers\\[\\d+]$");

  private final Set<String> secretPaths;
  private final StringBuilder out = new StringBuilder();

  private ConfigPrinter(Set<String> secretPaths) {
    this.secretPaths = secretPaths;
  }

  static String print(MapNode root, Set<String> secretPaths) {
    ConfigPrinter printer = new ConfigPrinter(secretPaths);
    printer.map(root, "", 0, false);
    return printer.out.toString();
  }

  private void map(MapNode map, String path, int indent, boolean masked) {
    boolean header = HEADER_ITEM.matcher(path).find();
    map.entries()
        .forEach((key, entry) -> {
          String at = Place.join(path, key);
          boolean inherits = masked && !(header && PLAIN_HEADER_KEYS.contains(key));
          boolean secret = inherits || secretPaths.contains(at) || SECRET_KEYS.contains(key);
          out.append(" ".repeat(indent)).append(scalar(key)).append(':');
          value(entry.value(), at, indent + 2, secret);
        });
  }

  private void list(ListNode list, String path, int indent, boolean masked) {
    for (int i = 0; i < list.items().size(); i++) {
      String at = path + "[" + i + "]";
      out.append(" ".repeat(indent)).append('-');
      value(list.items().get(i), at, indent + 2, masked || secretPaths.contains(at));
    }
  }

  private void value(Node node, String path, int indent, boolean masked) {
    switch (node) {
      case MapNode map when map.entries().isEmpty() -> out.append(" {}\n");
      case MapNode map -> {
        out.append('\n');
        map(map, path, indent, masked);
      }
      case ListNode list when list.items().isEmpty() -> out.append(" []\n");
      case ListNode list -> {
        out.append('\n');
        list(list, path, indent, masked);
      }
      case ScalarNode scalar when scalar.isNull() -> out.append('\n');
      case ScalarNode _ when masked -> out.append(" \"").append(MASK).append("\"\n");
      case ScalarNode scalar -> out.append(' ').append(written(scalar)).append('\n');
      case BrokenNode _ -> out.append('\n');
    }
  }

  private static String written(ScalarNode scalar) {
    String text = escapeDollars(Shown.withoutUserInfo(scalar.text()));
    return scalar.plain() && PLAIN.matcher(text).matches() ? text : scalar(text);
  }

  private static String scalar(String text) {
    boolean plain =
        NAME.matcher(text).matches()
            && !BOOLEANS.contains(text)
            && !new ScalarNode(new Mark("", 0), text, text, true).isNull();
    return plain ? text : quoted(text);
  }

  /// Undoes what expansion would do to the text.
  private static String escapeDollars(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
      escaped.append(c == '$' && (next == '$' || next == '{') ? "$$" : String.valueOf(c));
    }
    return escaped.toString();
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' '
              || (c >= 0x7f && c <= 0x9f)
              || c == '\uFEFF'
              || c == '\u2028'
              || c == '\u2029') {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
