package dev.headgate.config.load;

import dev.headgate.config.load.Node.ScalarNode;
import java.util.regex.Pattern;

/// Makes texts from a configuration fit to stand in a message: short, on one line, no secrets.
final class Shown {
  private static final int MAX_CHARS = 60;

  /// Longest text in which a secret is looked for; what is behind is not shown anyway.
  private static final int MAX_SEARCHED = 1000;

  /// `//user:password@` of a URL.
  private static final Pattern USER_INFO = Pattern.compile("//\\S*@");

  private Shown() {}

  /// A value in quotes as it stands in the file: what an environment variable held is not shown.
  static String value(ScalarNode node) {
    return (node.isExpanded() ? "the value of '" : "'") + name(node.written()) + "'";
  }

  /// A key or value, cut and without control characters.
  static String name(String text) {
    String start = text.length() > MAX_SEARCHED ? text.substring(0, MAX_SEARCHED) : text;
    String masked = withoutUserInfo(start);
    String cut = masked.length() > MAX_CHARS ? masked.substring(0, MAX_CHARS) + "..." : masked;
    StringBuilder shown = new StringBuilder(cut.length());
    cut.codePoints().forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? 0xFFFD : c));
    return shown.toString();
  }

  /// Masks the credentials of a URL.
  static String withoutUserInfo(String text) {
    return USER_INFO.matcher(text).replaceAll("//***@");
  }
}
