package dev.headgate.config.load;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds the name that somebody probably meant.
final class Suggestion {
  private Suggestion() {}

  /// The nearest of the names by edit distance, or null when none is near.
  static @Nullable String nearest(String text, Collection<String> names) {
    String wanted = text.toLowerCase(Locale.ROOT);
    if (wanted.length() > 100) {
      return null;
    }
    String best = null;
    int bestDistance = Math.max(1, wanted.length() / 3) + 1;
    for (String name : names) {
      int distance = distance(wanted, name.toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        bestDistance = distance;
        best = name;
      }
    }
    return best;
  }

  /// `(expected: one of a, b)` with the nearest name behind it if there is one.
  static String expected(String text, Collection<String> names) {
    return "(expected: " + oneOf(names) + didYouMean(text, names) + ")";
  }

  /// `; did you mean 'x'?` or nothing.
  static String didYouMean(String text, Collection<String> names) {
    String nearest = nearest(text, names);
    return nearest == null ? "" : "; did you mean '" + nearest + "'?";
  }

  private static String oneOf(Collection<String> names) {
    return switch (names.size()) {
      case 0 -> "none";
      case 1 -> names.iterator().next();
      default -> "one of " + String.join(", ", names);
    };
  }

  /// Edits (insert, delete, replace, swap of neighbours) that lead from one text to the other.
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
