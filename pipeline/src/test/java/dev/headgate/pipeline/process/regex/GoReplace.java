package dev.headgate.pipeline.process.regex;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/// RE2/J's `replaceAll` as Go does it: an empty match right behind another match is none.
public final class GoReplace {
  private GoReplace() {}

  /// The text with every match replaced.
  public static String all(Pattern pattern, String text, String template) {
    Matcher matcher = pattern.matcher(text);
    StringBuilder out = new StringBuilder();
    int matchedTo = 0;
    while (matcher.find()) {
      if (matcher.end() > matchedTo || matcher.start() == 0) {
        matcher.appendReplacement(out, template);
        matchedTo = matcher.end();
      }
    }
    matcher.appendTail(out);
    return out.toString();
  }
}
