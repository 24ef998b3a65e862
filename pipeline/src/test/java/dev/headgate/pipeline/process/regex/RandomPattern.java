package dev.headgate.pipeline.process.regex;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.SplittableRandom;

/// Random RE2 patterns and texts over a small alphabet, so that matches are frequent.
final class RandomPattern {
  private static final String[] CHARACTERS = {
    "a", "b", "k", "K", "s", "S", "A", "0", "7", " ", "\n", "_", "-", "\"", "@", "é", "É", "\u212a",
    "\u017f", "日", "😀"
  };
  private static final String[] ESCAPES = {
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    "\\n",
    "\\t",
    "\\x61",
    "\\x{212a}",
    "\\x{6b}",
    "\\141",
    "\\0",
    "\\.",
    "\\-",
    "\\\"",
    "\\Qa.b\\E",
    "\\Qk*\\E",
    "\\pL",
    "\\PL",
    "\\p{Greek}",
    "\\p{Lu}",
    "\\pN",
    "."
  };
  private static final String[] CLASSES = {
    "[a-c]",
    "[^a-c]",
    "[k-s]",
    "[^k]",
    "[^\\d]",
    "[\\W_]",
    "[^\\W]",
    "[[:alpha:]]",
    "[[:^alpha:]0]",
    "[^[:word:]]",
    "[]a]",
    "[^]a]",
    "[a-]",
    "[-a]",
    "[--a]",
    "[é-ü]",
    "[^é]",
    "[\\x{212a}]",
    "[^\\x{212a}]",
    "[\\pL]",
    "[^\\pL]",
    "[^\\PL]",
    "[\\n\\t ]",
    "[+--]",
    "[\\]a]",
    "[^s]",
    "[\\x{17f}b]",
    "[a-zA-Z0-9]",
    "[\"'@]",
    "[日]",
    "[^\n]",
    "[\\x{1f600}-\\x{1f64f}]"
  };
  private static final String[] ANCHORS = {"^", "$", "\\b", "\\B", "\\A", "\\z"};
  private static final String[] REPEATS = {
    "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{2,3}?", "{0}", "{,2}", "{a"
  };
  private static final String[] OPENINGS = {
    "(", "(", "(?:", "(?i:", "(?s:", "(?m:", "(?-i:", "(?i-s:", "(?U:", "(?im)(", "(?-s)("
  };

  private final SplittableRandom random;

  RandomPattern(SplittableRandom random) {
    this.random = random;
  }

  /// A pattern that compiles.
  String pattern() {
    while (true) {
      String candidate = (random.nextInt(3) == 0 ? "(?i)" : "") + alternation(3);
      try {
        Pattern.compile(candidate);
        return candidate;
      } catch (PatternSyntaxException e) {
        // Not every text that the grammar yields is a pattern.
        continue;
      }
    }
  }

  private String alternation(int depth) {
    StringBuilder text = new StringBuilder(concatenation(depth));
    for (int i = random.nextInt(5) - 3; i >= 0; i--) {
      text.append('|').append(concatenation(depth));
    }
    return text.toString();
  }

  private String concatenation(int depth) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(atom(depth));
      if (random.nextInt(3) == 0) {
        text.append(pick(REPEATS));
      }
    }
    return text.toString();
  }

  private String atom(int depth) {
    int kind = random.nextInt(12);
    if (kind < 5) {
      return pick(CHARACTERS);
    }
    if (kind < 7) {
      return pick(ESCAPES);
    }
    if (kind < 9) {
      return pick(CLASSES);
    }
    if (kind == 9) {
      return pick(ANCHORS);
    }
    return depth == 0 ? "ab" : pick(OPENINGS) + alternation(depth - 1) + ")";
  }

  /// A text of at most `maxCharacters` characters.
  String text(int maxCharacters) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(maxCharacters + 1); i > 0; i--) {
      text.append(random.nextInt(20) == 0 ? "c.z" : pick(CHARACTERS));
    }
    return text.toString();
  }

  private String pick(String[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
