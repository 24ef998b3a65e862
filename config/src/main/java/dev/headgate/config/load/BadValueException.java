package dev.headgate.config.load;

/// A scalar that its type does not take.
final class BadValueException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String expected;

  /// @param what continues the value: `is not a number`; never holds the value
  /// @param expected empty = what the type says
  BadValueException(String what, String expected) {
    super(what, null, false, false);
    this.what = what;
    this.expected = expected;
  }

  BadValueException(String what) {
    this(what, "");
  }

  String what() {
    return what;
  }

  String expectedOr(String ofType) {
    return expected.isEmpty() ? ofType : expected;
  }
}
