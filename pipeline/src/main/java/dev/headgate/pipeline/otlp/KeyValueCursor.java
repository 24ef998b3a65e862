package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.wire.WireScan;

/// The parts of one KeyValue in checked bytes. Reusable; allocates nothing.
///
/// **Threading:** confined to one thread.
public final class KeyValueCursor {
  private static final int KEY_TAG = 1 << 3 | 2;
  private static final int VALUE_TAG = 2 << 3 | 2;

  private int keyFrom;
  private int keyTo;
  private int valueTagStart;
  private int valueLengthStart;
  private int valueFrom;
  private int valueTo;

  /// Reads the KeyValue whose body is `buffer[from, to)`.
  public void read(byte[] buffer, int from, int to) {
    keyFrom = from;
    keyTo = from;
    valueTagStart = -1;
    valueLengthStart = -1;
    valueFrom = -1;
    valueTo = -1;
    int at = from;
    while (at < to) {
      int tag = buffer[at];
      if (tag == KEY_TAG) {
        keyFrom = WireScan.varintEnd(buffer, at + 1);
        keyTo = keyFrom + (int) WireScan.varint(buffer, at + 1);
        at = keyTo;
      } else if (tag == VALUE_TAG) {
        valueTagStart = at;
        valueLengthStart = at + 1;
        valueFrom = WireScan.varintEnd(buffer, at + 1);
        valueTo = valueFrom + (int) WireScan.varint(buffer, at + 1);
        at = valueTo;
      } else {
        int wholeTag = (int) WireScan.varint(buffer, at);
        at = WireScan.skip(buffer, wholeTag, WireScan.varintEnd(buffer, at));
      }
    }
  }

  /// Where the key's text begins.
  public int keyFrom() {
    return keyFrom;
  }

  /// Where the key's text ends.
  public int keyTo() {
    return keyTo;
  }

  /// Whether there is a value field (it may still be an AnyValue with nothing set).
  public boolean hasValue() {
    return valueTagStart >= 0;
  }

  /// Where the tag of the value begins, or -1 without one.
  public int valueTagStart() {
    return valueTagStart;
  }

  /// Where the length of the value begins, or -1 without one.
  public int valueLengthStart() {
    return valueLengthStart;
  }

  /// Where the body of the AnyValue begins, or -1 without one.
  public int valueFrom() {
    return valueFrom;
  }

  /// Where the body of the AnyValue ends, or -1 without one.
  public int valueTo() {
    return valueTo;
  }
}
