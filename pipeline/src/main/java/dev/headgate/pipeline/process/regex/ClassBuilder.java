package dev.headgate.pipeline.process.regex;

/// Collects the members of one character class and builds a node that matches at least them.
///
/// **Threading:** one use, one thread.
final class ClassBuilder {
  /*
   * Two bounds are kept: what may be a member, for a class as it stands, and what must be one, for its
   * negation. Both are exact for ASCII, except for Unicode classes (unknown) and for the two characters
   * outside ASCII that fold into it; characters outside ASCII are all or nothing.
   */
  private final boolean fold;
  private ByteSet may = ByteSet.NONE;
  private ByteSet must = ByteSet.NONE;
  private boolean high;
  private boolean widened;
  private boolean exact = true;

  ClassBuilder(boolean fold) {
    this.fold = fold;
  }

  /// Adds a class that this builder knows nothing about.
  void addUnknown() {
    may = ByteSet.ASCII;
    high = true;
    widened = true;
    exact = false;
  }

  /// Adds an ASCII class, or every character outside it.
  void addSet(ByteSet set, boolean negated) {
    ByteSet folded = fold ? set.withBothCases() : set;
    if (negated) {
      ByteSet rest = folded.asciiComplement();
      may = may.or(rest);
      must = must.or(rest);
      high = true;
      exact &= !(fold && foldsOutsideAscii(set));
    } else {
      addAscii(folded);
    }
  }

  /// Adds the characters from `lo` to `hi`.
  void addRange(int lo, int hi) {
    if (lo < 0x80) {
      ByteSet set = ByteSet.range(lo, Math.min(hi, 0x7f));
      addAscii(fold ? set.withBothCases() : set);
    }
    if (hi >= 0x80) {
      high = true;
      widened = true;
      exact = false;
      if (fold) {
        may = may.or(ByteSet.of('k').or(ByteSet.of('s')).withBothCases());
      }
    }
  }

  private void addAscii(ByteSet set) {
    may = may.or(set);
    must = must.or(set);
    // The Kelvin sign and the long s are members of what folds to k and s.
    if (fold && foldsOutsideAscii(set)) {
      high = true;
      widened = true;
      exact = false;
    }
  }

  private static boolean foldsOutsideAscii(ByteSet set) {
    ByteSet folded = set.withBothCases();
    return folded.contains('k') || folded.contains('s');
  }

  /// Whether the node of the class or of its negation matches what that matches and nothing else.
  boolean exact(boolean negated) {
    return exact && !(negated && high);
  }

  /// Whether the node of the class (not of its negation) matches characters outside ASCII that the
  /// class does not hold.
  boolean widened() {
    return widened;
  }

  /// The node of the class or of its negation.
  Node build(boolean negated) {
    return negated ? Node.characters(must.asciiComplement(), true) : Node.characters(may, high);
  }
}
