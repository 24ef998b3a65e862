package dev.headgate.pipeline.process.regex;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/// A replacement with references to groups: `$1` (as many digits as make a group that exists),
/// `${1}`, `${name}`, and `$$` for a dollar sign. A dollar sign before anything else stays.
///
/// **Threading:** immutable; any thread.
public final class Template implements Replacement {
  // Part i is literals[i], then group groups[i], nothing when that is negative; the last literal
  // has
  // no group behind it.
  private final List<String> literals;
  private final List<byte[]> utf8;
  private final int[] groups;

  /// Creates a template of literals with a group between each two.
  ///
  /// @param groups numbers of groups of the pattern; a negative one is nothing
  public Template(List<String> literals, List<Integer> groups) {
    this.literals = List.copyOf(literals);
    this.utf8 = this.literals.stream().map(Utf8::bytes).toList();
    this.groups = groups.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Reads the replacement of a pattern.
  ///
  /// @throws IllegalArgumentException when it names a group that the pattern does not have
  public static Template of(String replacement, Pattern pattern) {
    List<String> literals = new ArrayList<>();
    List<Integer> groups = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < replacement.length()) {
      char c = replacement.charAt(at);
      char following = at + 1 < replacement.length() ? replacement.charAt(at + 1) : 0;
      if (c != '$' || !(following == '$' || following == '{' || isDigit(following))) {
        literal.append(c);
        at++;
      } else if (following == '$') {
        literal.append('$');
        at += 2;
      } else {
        int end = following == '{' ? replacement.indexOf('}', at) : digitsEnd(replacement, at + 1);
        literals.add(literal.toString());
        literal.setLength(0);
        if (following == '{') {
          groups.add(named(replacement, at + 2, end, pattern));
          at = end + 1;
        } else {
          int used = numbered(replacement, at + 1, end, pattern.groupCount());
          groups.add(number(replacement, at + 1, used, pattern.groupCount()));
          at = used;
        }
      }
    }
    literals.add(literal.toString());
    return new Template(literals, groups);
  }

  private static int named(String replacement, int from, int to, Pattern pattern) {
    if (to < 0) {
      throw new IllegalArgumentException("replacement: '${' without '}' (expected: ${name})");
    }
    String name = replacement.substring(from, to);
    Integer group = pattern.namedGroups().get(name);
    if (group != null) {
      return group;
    }
    if (name.isEmpty() || digitsEnd(replacement, from) != to) {
      throw new IllegalArgumentException(
          "replacement: ${" + name + "} (expected: a group of the pattern)");
    }
    return number(replacement, from, to, pattern.groupCount());
  }

  /** Takes digits as long as they make the number of a group; the first is always taken. */
  private static int numbered(String replacement, int from, int to, int groupCount) {
    int end = from + 1;
    int value = replacement.charAt(from) - '0';
    while (end < to && value * 10 + replacement.charAt(end) - '0' <= groupCount) {
      value = value * 10 + replacement.charAt(end) - '0';
      end++;
    }
    return end;
  }

  private static int number(String replacement, int from, int to, int groupCount) {
    String digits = replacement.substring(from, to);
    int value = digits.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    if (value > groupCount) {
      throw new IllegalArgumentException(
          "replacement: $" + digits + " (expected: at most $" + groupCount + ")");
    }
    return value;
  }

  private static int digitsEnd(String text, int from) {
    int end = from;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  @Override
  public void append(StringBuilder out, String text, Matcher match) {
    for (int i = 0; i < groups.length; i++) {
      out.append(literals.get(i));
      int start = groups[i] < 0 ? -1 : match.start(groups[i]);
      if (start >= 0) {
        out.append(text, start, match.end(groups[i]));
      }
    }
    out.append(literals.getLast());
  }

  @Override
  public boolean append(WireWriter out, byte[] text, int[] groups) {
    for (int i = 0; i < this.groups.length; i++) {
      byte[] literal = utf8.get(i);
      out.writeRaw(literal, 0, literal.length);
      int group = this.groups[i];
      if (group >= 0 && groups[2 * group] >= 0) {
        out.writeRaw(text, groups[2 * group], groups[2 * group + 1]);
      }
    }
    byte[] literal = utf8.getLast();
    out.writeRaw(literal, 0, literal.length);
    return true;
  }
}
