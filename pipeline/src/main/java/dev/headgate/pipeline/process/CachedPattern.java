package dev.headgate.pipeline.process;

import com.google.re2j.Pattern;
import dev.headgate.pipeline.process.regex.Regex;
import dev.headgate.pipeline.wire.Utf8;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A pattern that is looked for in texts, with the answers for recent short texts: names, routes
/// and keys repeat.
///
/// **Threading:** any thread; a lost or late answer is only computed again.
public final class CachedPattern {
  private static final int ANSWERS = 256;
  private static final int MAX_TEXT_BYTES = 128;

  private final Pattern pattern;
  private final @Nullable Regex regex;
  private final @Nullable Answer[] answers = new Answer[ANSWERS];

  /// Creates one without answers.
  public CachedPattern(Pattern pattern) {
    this.pattern = pattern;
    this.regex = null;
  }

  /// Creates one without answers that rules out long texts by their bytes.
  public CachedPattern(Regex regex) {
    this.pattern = regex.pattern();
    this.regex = regex;
  }

  /// Whether the pattern is found in `bytes[from, to)`.
  public boolean find(byte[] bytes, int from, int to) {
    if (to - from > MAX_TEXT_BYTES) {
      return regex == null ? find(Utf8.text(bytes, from, to)) : regex.find(bytes, from, to);
    }
    int slot = hash(bytes, from, to) & (ANSWERS - 1);
    Answer answer = answers[slot];
    if (answer != null && Utf8.equals(bytes, from, to, answer.text)) {
      return answer.found;
    }
    boolean found = find(Utf8.text(bytes, from, to));
    answers[slot] = new Answer(Arrays.copyOfRange(bytes, from, to), found);
    return found;
  }

  /// Whether the pattern is found in a text.
  public boolean find(String text) {
    return pattern.matcher(text).find();
  }

  private static int hash(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash ^ (hash >>> 15);
  }

  /// One answer; its final fields make it safe to find through a race.
  private static final class Answer {
    private final byte[] text;
    private final boolean found;

    private Answer(byte[] text, boolean found) {
      this.text = text;
      this.found = found;
    }
  }
}
