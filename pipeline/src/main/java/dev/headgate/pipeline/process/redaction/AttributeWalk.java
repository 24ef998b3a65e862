package dev.headgate.pipeline.process.redaction;

/// Applies the rules to attributes and log bodies: where a coverage decides how deep to look.
///
/// **Threading:** confined to one thread at a time.
interface AttributeWalk {
  /// Visits the attribute whose KeyValue is `[from, to)`.
  void attribute(int tagStart, int lengthStart, int from, int to, AttributeOwner owner);

  /// Visits attributes that stand one behind the other, as long as a look at the key is enough to
  /// know what to do. None of them is told to a summary.
  ///
  /// @param tag the tag of their field, of one byte
  /// @param from where the tag of the first one begins
  /// @param to where the message ends
  /// @return where the first field begins that is none of them
  int simpleAttributes(int tag, int from, int to);

  /// Visits the log body whose AnyValue is `[from, to)`.
  void body(int tagStart, int lengthStart, int from, int to, AttributeOwner owner);

  /// Visits the body that a log does not have.
  ///
  /// @param at where the log ends
  void missingBody(int field, int at, AttributeOwner owner);

  /// Lets go of the request.
  void end();
}
