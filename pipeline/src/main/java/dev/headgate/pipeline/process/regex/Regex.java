package dev.headgate.pipeline.process.regex;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.headgate.pipeline.wire.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One RE2 pattern over parts of UTF-8 arrays. A [Dfa] rules out texts without a match and says
/// where to begin. A [ByteMatcher] finds the matches of most patterns in place; what it cannot do
/// or gives up is for RE2/J on the decoded text (measured 2026-11-21 on log bodies of 170 B: a
/// match and its replacement took a tenth of the time in place). All take time linear in the text
/// for one search.
///
/// **Threading:** immutable; any thread.
public final class Regex {
  /// What replaces a whole text whose replacements would make it grow, or would take time, out of
  /// all proportion.
  public static final String OVERGROWN = "[REDACTED]";

  private final Pattern pattern;
  private final PatternReader.@Nullable Reading reading;
  private final @Nullable Dfa dfa;
  private final @Nullable ByteProgram program;

  private Regex(String pattern) {
    this.pattern = Pattern.compile(pattern);
    this.reading = PatternReader.read(pattern);
    this.dfa = reading == null ? null : Dfa.of(List.of(reading.node()));
    this.program = ByteProgramBuilder.build(reading);
  }

  /// Compiles a pattern.
  ///
  /// @throws com.google.re2j.PatternSyntaxException when it is no RE2 pattern, see [RegexChecks]
  public static Regex compile(String pattern) {
    return new Regex(pattern);
  }

  /// The compiled pattern.
  public Pattern pattern() {
    return pattern;
  }

  /** What matches at least what the pattern matches, or null when that is not known. */
  @Nullable Node node() {
    return reading == null ? null : reading.node();
  }

  /** What to look for first, or null when nothing is rare enough. */
  @Nullable Node factor() {
    return reading == null ? null : LiteralFactor.of(reading.node());
  }

  /// Whether the pattern matches somewhere in the valid UTF-8 `text[from, to)`.
  public boolean find(byte[] text, int from, int to) {
    int origin = candidate(text, from, to);
    if (origin < 0) {
      return false;
    }
    if (program != null) {
      int end = new ByteMatcher(program, text, from, to).find(origin);
      if (end != ByteMatcher.GAVE_UP) {
        return end >= 0;
      }
    }
    String decoded = Utf8.text(text, from, to);
    return pattern.matcher(decoded).find(charOffset(text, from, origin));
  }

  /// Whether the pattern, its anchors and word boundaries left aside, matches somewhere in bytes
  /// that need not be UTF-8.
  public boolean findInBytes(byte[] bytes, int from, int to) {
    if (candidate(bytes, from, to) < 0) {
      return false;
    }
    if (dfa != null && !dfa.widened() && reading != null && !reading.widened()) {
      return true;
    }
    // ISO 8859-1 gives every byte a character, so that nothing is swallowed by a broken neighbour.
    String latin1 = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    return pattern.matcher(latin1).find() || pattern.matcher(Utf8.text(bytes, from, to)).find();
  }

  /// Replaces every match in the valid UTF-8 `text[from, to)`, as Go's `ReplaceAllString` does:
  /// like RE2/J's `replaceAll` on the decoded text, but never between the halves of a surrogate
  /// pair, and nothing for an empty match right behind another match.
  ///
  /// @param maxChars what the new text may grow to before it is [#OVERGROWN] instead; so is one
  ///   whose matches take too many steps to find, see [MeteredText]
  /// @return the new text, or null when nothing matches
  public byte @Nullable [] replaceAll(
      byte[] text, int from, int to, Replacement replacement, long maxChars) {
    int origin = candidate(text, from, to);
    if (origin < 0) {
      return null;
    }
    if (program != null) {
      ByteMatcher matcher = new ByteMatcher(program, text, from, to);
      int end = matcher.find(origin);
      if (end == ByteMatcher.NONE) {
        return null;
      }
      byte[] replaced = end < 0 ? null : matcher.replaceFound(replacement, dfa, maxChars);
      if (replaced != null) {
        return replaced;
      }
    }
    try {
      return replaceMetered(text, from, to, origin, replacement, maxChars);
    } catch (MeteredText.ExhaustedException e) {
      // Whether there is more to replace is not known: nothing of the text may stay.
      return Utf8.bytes(OVERGROWN);
    }
  }

  private byte @Nullable [] replaceMetered(
      byte[] text, int from, int to, int candidate, Replacement replacement, long maxChars) {
    String decoded = Utf8.text(text, from, to);
    boolean ascii = decoded.length() == to - from;
    Matcher matcher = pattern.matcher(new MeteredText(decoded));
    StringBuilder out = null;
    int copied = 0;
    int at = charOffset(text, from, candidate);
    while (at <= decoded.length() && matcher.find(at)) {
      if (out == null) {
        out = new StringBuilder(decoded.length() + 16);
      }
      // As Go does, an empty match right behind another match is none.
      if (matcher.end() > copied || matcher.start() == 0) {
        out.append(decoded, copied, matcher.start());
        replacement.append(out, decoded, matcher);
        if (out.length() > maxChars) {
          return Utf8.bytes(OVERGROWN);
        }
        copied = matcher.end();
      }
      at = matcher.end() > matcher.start() ? copied : afterCharacter(decoded, matcher.end());
      if (ascii && at <= decoded.length()) {
        int origin = candidate(text, from + at, to);
        if (origin < 0) {
          break;
        }
        at = origin - from;
      }
    }
    return out == null
        ? null
        : Utf8.bytes(out.append(decoded, copied, decoded.length()).toString());
  }

  /// Where in the valid UTF-8 `text[from, to)` the first match may begin, or a negative number when
  /// there is none.
  public int candidate(byte[] text, int from, int to) {
    return dfa == null ? from : dfa.candidate(text, from, to);
  }

  private static int afterCharacter(String text, int at) {
    return at < text.length() ? at + Character.charCount(text.codePointAt(at)) : at + 1;
  }

  /** How many UTF-16 units the UTF-8 bytes of `[from, to)` are. */
  private static int charOffset(byte[] text, int from, int to) {
    int chars = 0;
    for (int at = from; at < to; at++) {
      int b = text[at] & 0xff;
      // Continuation bytes count nothing, the first of four counts twice.
      chars += (b & 0xc0) == 0x80 ? 0 : b >= 0xf0 ? 2 : 1;
    }
    return chars;
  }

  @Override
  public String toString() {
    return pattern.pattern();
  }

  static boolean same(byte[] text, int from, int to, byte[] other) {
    return Arrays.equals(text, from, to, other, 0, other.length);
  }
}
