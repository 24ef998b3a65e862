package dev.headgate.pipeline.process.secrets;

import dev.headgate.pipeline.process.regex.ByteSet;
import java.util.ArrayList;
import java.util.List;

/// A token with a fixed form: characters and classes of characters, each with a count, around a
/// literal by which it is found.
///
/// Written like a regular expression without choice and nesting: `ghp_[0-9A-Za-z]{36,}`. Classes
/// are sets in brackets, counts are `{n}`, `{m,n}`, `{m,}` (last only) and `?`; one pair of
/// parentheses may say which part is the secret. A count takes as much as it can and gives nothing
/// back, so that a look costs no more than the token is long.
///
/// **Threading:** immutable; any thread.
final class Shape implements SecretRule {
  private static final int MAX_COUNT = 400;
  private static final int MIN_DISTINCT = 5;
  private static final int MORE_LOOK = 16;

  /// So many of a class in a row.
  private record Part(ByteSet set, int min, int max) {
    boolean isLetter() {
      return min == 1 && max == 1 && set.size() == 1;
    }

    boolean isOpen() {
      return max == Integer.MAX_VALUE;
    }

    int end(byte[] text, int from, int most) {
      int at = from;
      while (at < most && set.contains(text[at] & 0xff)) {
        at++;
      }
      return at;
    }
  }

  private final String name;
  private final String form;
  private final boolean anywhere;
  private final byte[] literal;
  private final boolean oneLetter;
  private final Part[] left;
  private final Part[] right;
  private final int secretPart;
  private final List<byte[]> literals;

  /// Reads a shape.
  ///
  /// @param anywhere whether a letter or digit may stand directly before and behind it
  Shape(String name, String form, boolean anywhere) {
    this.name = name;
    this.form = form;
    this.anywhere = anywhere;
    Reader reader = new Reader(form);
    List<Part> parts = reader.parts;
    int best = 0;
    int bestLength = 0;
    for (int from = 0; from < parts.size(); from++) {
      int to = from;
      while (to < parts.size() && parts.get(to).isLetter()) {
        to++;
      }
      if (to - from > bestLength) {
        best = from;
        bestLength = to - from;
      }
      from = Math.max(from, to - 1);
    }
    int end = best + bestLength;
    this.literal = new byte[bestLength];
    for (int i = 0; i < bestLength; i++) {
      literal[i] = (byte) first(parts.get(best + i).set, 0);
    }
    this.oneLetter = !Ascii.distinct(literal, 0, bestLength, 2);
    this.left = parts.subList(0, best).toArray(Part[]::new);
    this.right = parts.subList(end, parts.size()).toArray(Part[]::new);
    this.secretPart = reader.secretPart < 0 ? -1 : reader.secretPart - end;
    this.literals = bestLength == 2 ? longer(literal, right[0].set) : List.of(literal);
    for (int i = 0; i < parts.size() - 1; i++) {
      if (parts.get(i).max > MAX_COUNT) {
        throw new IllegalArgumentException(form + ": (expected: an open count in the last place)");
      }
    }
  }

  /// A literal of two bytes with what may follow it.
  private static List<byte[]> longer(byte[] literal, ByteSet following) {
    List<byte[]> all = new ArrayList<>();
    boolean digit = false;
    for (int c = first(following, 0); c >= 0; c = first(following, c + 1)) {
      boolean isDigit = Ascii.isDigit(c);
      // The index takes all digits for one.
      if (!isDigit || !digit) {
        all.add(new byte[] {literal[0], literal[1], (byte) c});
      }
      digit |= isDigit;
    }
    return List.copyOf(all);
  }

  private static int first(ByteSet set, int from) {
    for (int value = from; value < 128; value++) {
      if (set.contains(value)) {
        return value;
      }
    }
    return -1;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<byte[]> literals() {
    return literals;
  }

  @Override
  public int rank() {
    return FORM;
  }

  @Override
  public boolean looksBack() {
    // What may stand before it has been said to it.
    return false;
  }

  @Override
  public long match(byte[] text, int from, int to, int start, int end) {
    for (int i = 0; i < literal.length; i++) {
      if (text[start + i] != literal[i]) {
        return Span.NONE;
      }
    }
    // Of a run of one letter its beginning tells.
    if (oneLetter && start > from && text[start - 1] == literal[0]) {
      return Span.NONE;
    }
    int first = start;
    for (int i = left.length - 1; i >= 0; i--) {
      Part part = left[i];
      int least = Math.max(from, first - part.max);
      int at = first;
      while (at > least && part.set.contains(text[at - 1] & 0xff)) {
        at--;
      }
      if (first - at < part.min) {
        return Span.NONE;
      }
      first = at;
    }
    if (!anywhere && Ascii.isAlphanumeric(text[first]) && !Ascii.beginsWord(text, from, first)) {
      return Span.NONE;
    }
    int last = start + literal.length;
    int secret = first;
    for (int i = 0; i < right.length; i++) {
      Part part = right[i];
      if (i == secretPart) {
        secret = last;
      }
      // Only a match looks at the whole of an open count.
      int most = part.isOpen() ? part.min + MORE_LOOK : part.max;
      int at = part.end(text, last, most > to - last ? to : last + most);
      if (at - last < part.min) {
        return Span.NONE;
      }
      last = at;
    }
    boolean varied =
        Ascii.distinct(text, start + literal.length, last, MIN_DISTINCT)
            || Ascii.distinct(text, first, start, MIN_DISTINCT);
    if (!varied) {
      return Span.NONE;
    }
    if (right.length > 0 && right[right.length - 1].isOpen()) {
      last = right[right.length - 1].end(text, last, to);
    }
    return anywhere || last == to || !Ascii.isAlphanumeric(text[last])
        ? Span.of(secret, last)
        : Span.NONE;
  }

  /// Reads the parts of a shape.
  private static final class Reader {
    private final String form;
    private final List<Part> parts = new ArrayList<>();
    private int secretPart = -1;
    private int at;

    Reader(String form) {
      this.form = form;
      while (at < form.length()) {
        char c = form.charAt(at);
        if (c == '(') {
          secretPart = parts.size();
          at++;
        } else if (c == ')') {
          at++;
        } else {
          ByteSet set = c == '[' ? set() : letter();
          parts.add(counted(set));
        }
      }
    }

    private ByteSet letter() {
      if (form.charAt(at) == '\\') {
        at++;
      }
      return ByteSet.of(form.charAt(at++));
    }

    private ByteSet set() {
      ByteSet set = ByteSet.NONE;
      at++;
      while (form.charAt(at) != ']') {
        int low = form.charAt(at++);
        int high = low;
        if (form.charAt(at) == '-' && form.charAt(at + 1) != ']') {
          high = form.charAt(at + 1);
          at += 2;
        }
        set = set.or(ByteSet.range(low, high));
      }
      at++;
      return set;
    }

    private Part counted(ByteSet set) {
      if (at < form.length() && form.charAt(at) == '?') {
        at++;
        return new Part(set, 0, 1);
      }
      if (at == form.length() || form.charAt(at) != '{') {
        return new Part(set, 1, 1);
      }
      int close = form.indexOf('}', at);
      String[] counts = form.substring(at + 1, close).split(",", -1);
      at = close + 1;
      int min = Integer.parseInt(counts[0]);
      int max =
          counts.length == 1
              ? min
              : counts[1].isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(counts[1]);
      return new Part(set, min, max);
    }
  }

  @Override
  public String toString() {
    return form;
  }
}
