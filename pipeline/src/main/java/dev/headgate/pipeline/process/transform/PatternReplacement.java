package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.process.regex.Regex;
import dev.headgate.pipeline.process.regex.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A pattern and what its matches become, as Go's `Regexp.ReplaceAllString` does it: `$1`, `$name`
/// and `${name}` are groups, where a name is as long as it can be and one that the pattern does not
/// have is empty; `$$` is a dollar sign; an empty match right behind another one is no match.
///
/// **Threading:** immutable; any thread.
final class PatternReplacement {
  private static final int FREE_GROWTH_CHARS = 1 << 16;
  private static final long MAX_GROWTH = 8;

  private final Regex regex;
  private final Template template;

  PatternReplacement(Regex regex, String template) {
    this.regex = regex;
    List<String> literals = new ArrayList<>();
    List<Integer> groups = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      int end = template.charAt(at) == '$' ? referenceEnd(template, at) : at;
      if (end == at) {
        literal.append(template.charAt(at++));
      } else if (template.startsWith("$$", at)) {
        literal.append('$');
        at = end;
      } else {
        literals.add(literal.toString());
        literal.setLength(0);
        boolean braces = template.charAt(at + 1) == '{';
        groups.add(group(template.substring(braces ? at + 2 : at + 1, braces ? end - 1 : end)));
        at = end;
      }
    }
    literals.add(literal.toString());
    this.template = new Template(literals, groups);
  }

  /* Behind the reference that a dollar sign begins, or at the dollar sign when it begins none. */
  private static int referenceEnd(String template, int dollar) {
    if (template.startsWith("$$", dollar)) {
      return dollar + 2;
    }
    boolean braces = template.startsWith("{", dollar + 1);
    int from = braces ? dollar + 2 : dollar + 1;
    int end = from;
    while (end < template.length() && isNamePart(template.codePointAt(end))) {
      end += Character.charCount(template.codePointAt(end));
    }
    if (end == from || (braces && !template.startsWith("}", end))) {
      return dollar;
    }
    return braces ? end + 1 : end;
  }

  private static boolean isNamePart(int c) {
    return Character.isLetter(c)
        || Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER
        || c == '_';
  }

  /* The number of a group, or -1 for one that the pattern does not have. */
  private int group(String name) {
    Map<String, Integer> names = regex.pattern().namedGroups();
    boolean number = name.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!number) {
      return names.getOrDefault(name, -1);
    }
    int group = name.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(name);
    // Go takes 01 for a name.
    boolean leadingZero = name.length() > 1 && name.charAt(0) == '0';
    return leadingZero || group > regex.pattern().groupCount() ? -1 : group;
  }

  /// Whether the pattern matches somewhere in the text `bytes[from, to)`.
  boolean finds(byte[] bytes, int from, int to) {
    return regex.find(bytes, from, to);
  }

  /// The text `bytes[from, to)` with every match replaced, or null when nothing matches. One that
  /// would grow or take time out of all proportion becomes [Regex#OVERGROWN].
  byte @Nullable [] replaceAll(byte[] bytes, int from, int to) {
    long maxChars = (to - from) * MAX_GROWTH + FREE_GROWTH_CHARS;
    return regex.replaceAll(bytes, from, to, template, maxChars);
  }
}
