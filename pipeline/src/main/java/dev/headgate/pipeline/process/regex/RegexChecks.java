package dev.headgate.pipeline.process.regex;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Checks of user patterns before they are used.
public final class RegexChecks {
  private RegexChecks() {}

  /// What is wrong with an RE2 pattern, or null when it compiles.
  public static @Nullable String problem(String pattern) {
    try {
      Pattern.compile(pattern);
      return null;
    } catch (PatternSyntaxException e) {
      return e.getDescription() + (e.getPattern() == null ? "" : ": " + e.getPattern());
    }
  }

  /// What is wrong with a pattern or with the replacement of its matches, or null when both hold.
  public static @Nullable String problem(String pattern, String replacement) {
    String problem = problem(pattern);
    if (problem != null) {
      return problem;
    }
    try {
      Template.of(replacement, Pattern.compile(pattern));
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }
}
