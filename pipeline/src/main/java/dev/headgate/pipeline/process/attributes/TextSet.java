package dev.headgate.pipeline.process.attributes;

import dev.headgate.config.MatchProperties.MatchType;
import dev.headgate.pipeline.process.CachedPattern;
import dev.headgate.pipeline.process.regex.Regex;
import dev.headgate.pipeline.wire.Utf8;
import java.util.List;

/// Texts, one of which another text must be; or patterns, one of which it must contain.
///
/// **Threading:** any thread.
final class TextSet {
  /** Longer texts do not repeat: they are looked through where they are. */
  private static final int MAX_CACHED_BYTES = 128;

  private final List<byte[]> texts;
  private final List<Rule> rules;

  /// A pattern for short texts and for long ones.
  private record Rule(CachedPattern cached, Regex regex) {
    static Rule of(String pattern) {
      Regex regex = Regex.compile(pattern);
      return new Rule(new CachedPattern(regex.pattern()), regex);
    }
  }

  TextSet(MatchType match, List<String> entries) {
    boolean strict = match == MatchType.STRICT;
    texts = strict ? entries.stream().map(Utf8::bytes).toList() : List.of();
    rules = strict ? List.of() : entries.stream().distinct().map(Rule::of).toList();
  }

  /// Whether `bytes[from, to)` is one of the texts or contains one of the patterns.
  boolean matches(byte[] bytes, int from, int to) {
    for (int i = 0; i < texts.size(); i++) {
      if (Utf8.equals(bytes, from, to, texts.get(i))) {
        return true;
      }
    }
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      boolean found =
          to - from > MAX_CACHED_BYTES
              ? rule.regex.find(bytes, from, to)
              : rule.cached.find(bytes, from, to);
      if (found) {
        return true;
      }
    }
    return false;
  }

  /// Whether a text is one of the texts or contains one of the patterns.
  boolean matches(String text) {
    byte[] bytes = Utf8.bytes(text);
    return matches(bytes, 0, bytes.length);
  }
}
