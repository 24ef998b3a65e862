package dev.headgate.pipeline.process.secrets;

import java.util.List;

/// One way to find a secret: where one of its literals stands in a text, the bytes around it are
/// looked at.
interface SecretRule {
  /// How it is counted; several rules may share a name.
  String name();

  /// What to look for first, spelt as [TrigramIndex#fold] spells it; at least three bytes each.
  List<byte[]> literals();

  /// Whether it knows what it has found, and not merely what was written in front of it.
  boolean isSpecific();

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
