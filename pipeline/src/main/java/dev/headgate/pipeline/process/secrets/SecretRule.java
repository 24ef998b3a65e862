package dev.headgate.pipeline.process.secrets;

import java.util.List;

/// One way to find a secret: where one of its literals stands in a text, the bytes around it are
/// looked at.
interface SecretRule {
  /// The rank of a rule that goes by a word with many meanings.
  int VAGUE_WORD = 0;

  /// The rank of a rule that goes by a word.
  int WORD = 1;

  /// The rank of a rule that goes by the form of the secret.
  int FORM = 2;

  /// How it is counted; several rules may share a name.
  String name();

  /// What to look for first, at least three bytes each. They are found in either case, and with any
  /// digit for a digit; [#match] knows better.
  List<byte[]> literals();

  /// How much it knows of what it has found. Where secrets overlap, the rule with the higher rank
  /// names them.
  int rank();

  /// Whether what stands before the literal can keep it from matching.
  default boolean looksBack() {
    return true;
  }

  /// Looks at the literal in `text[start, end)`.
  ///
  /// A match takes time linear in its length; no match, no more than a constant. That is what keeps
  /// the whole pack linear.
  ///
  /// @param from where the text begins
  /// @param to where it ends
  /// @return the [Span] of the secret, or [Span#NONE]
  long match(byte[] text, int from, int to, int start, int end);
}
