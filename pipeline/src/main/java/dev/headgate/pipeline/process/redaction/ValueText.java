package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AnyValueText;
import dev.headgate.pipeline.wire.Utf8;

/// The text by which a value is judged: see [AnyValueText]. Strings, integers and booleans are not
/// copied to the heap. Reusable.
///
/// **Threading:** confined to one thread.
final class ValueText {
  private static final byte[] TRUE = Utf8.bytes("true");
  private static final byte[] FALSE = Utf8.bytes("false");
  private static final byte[] EMPTY = {};

  private final AnyValueCursor value = new AnyValueCursor();
  private final byte[] digits = new byte[20];
  private byte[] bytes = EMPTY;
  private int from;
  private int to;

  /// Reads the AnyValue whose body is `buffer[bodyFrom, bodyTo)`; an absent one (-1, -1) is empty.
  ///
  /// @param allTypes whether what is no string has a text, or is empty
  void read(byte[] buffer, int bodyFrom, int bodyTo, boolean allTypes) {
    value.read(buffer, bodyFrom, bodyTo);
    if (value.kind() == AnyValueCursor.Kind.STRING) {
      set(buffer, value.from(), value.to());
    } else if (!allTypes) {
      clear();
    } else {
      readOther(buffer, bodyFrom, bodyTo);
    }
  }

  /// Reads an AnyValue as above; lists and maps are empty.
  void readScalar(byte[] buffer, int bodyFrom, int bodyTo) {
    value.read(buffer, bodyFrom, bodyTo);
    if (value.kind() == AnyValueCursor.Kind.STRING) {
      set(buffer, value.from(), value.to());
    } else if (isContainer()) {
      clear();
    } else {
      readOther(buffer, bodyFrom, bodyTo);
    }
  }

  private void readOther(byte[] buffer, int bodyFrom, int bodyTo) {
    switch (value.kind()) {
      case INT -> decimal(value.intValue());
      case BOOL -> {
        byte[] text = value.boolValue() ? TRUE : FALSE;
        set(text, 0, text.length);
      }
      case NONE, STRING_INDEX -> clear();
      case STRING, DOUBLE, ARRAY, KVLIST, BYTES -> {
        byte[] text = Utf8.bytes(AnyValueText.of(buffer, bodyFrom, bodyTo));
        set(text, 0, text.length);
      }
    }
  }

  private void decimal(long number) {
    int at = digits.length;
    // On the negative side, because the least long has no positive counterpart.
    long rest = number > 0 ? -number : number;
    do {
      digits[--at] = (byte) ('0' - rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (number < 0) {
      digits[--at] = '-';
    }
    set(digits, at, digits.length);
  }

  private void set(byte[] text, int textFrom, int textTo) {
    bytes = text;
    from = textFrom;
    to = textTo;
  }

  /// Lets go of the request.
  void clear() {
    set(EMPTY, 0, 0);
  }

  /// What the value is.
  AnyValueCursor.Kind kind() {
    return value.kind();
  }

  /// Whether the value is a list or a map.
  boolean isContainer() {
    return value.kind() == AnyValueCursor.Kind.ARRAY || value.kind() == AnyValueCursor.Kind.KVLIST;
  }

  /// Where the tag of what the value holds begins, or -1 when it holds nothing.
  int memberTagStart() {
    return value.memberTagStart();
  }

  /// The array that holds the text.
  byte[] bytes() {
    return bytes;
  }

  /// Where the text begins.
  int from() {
    return from;
  }

  /// Where the text ends.
  int to() {
    return to;
  }
}
