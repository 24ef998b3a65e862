package dev.headgate.pipeline.process.regex;

/// A text that may only be looked at so often: replacing is a search behind every match, and a
/// pattern that matches short after looking far ahead reads the rest of the text in each.
///
/// **Threading:** one use, one thread.
final class MeteredText implements CharSequence {
  /*
   * Where a harmless pattern is replaced, a character is read a dozen times at most. What a text may cost
   * beyond its share is small, or many short texts would do what one long text cannot.
   */
  static final long STEPS_PER_CHAR = 64;
  static final long FREE_STEPS = 1 << 16;

  private final String text;
  private final long limit;
  private long steps;

  /// Says that the text was looked at too often to go on.
  static final class ExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private ExhaustedException(long steps) {
      super(steps + " steps in a text (expected: fewer)", null, false, false);
    }
  }

  MeteredText(String text) {
    this.text = text;
    this.limit = text.length() * STEPS_PER_CHAR + FREE_STEPS;
  }

  /// How often a character was looked at.
  long steps() {
    return steps;
  }

  @Override
  public char charAt(int index) {
    if (++steps > limit) {
      throw new ExhaustedException(limit);
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int from, int to) {
    return text.subSequence(from, to);
  }

  @Override
  public String toString() {
    return text;
  }
}
