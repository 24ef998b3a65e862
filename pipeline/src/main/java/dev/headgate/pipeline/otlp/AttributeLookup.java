package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireScan;

/// Finds attributes of a message by key in checked bytes. Reusable; allocates nothing.
///
/// **Threading:** confined to one thread.
public final class AttributeLookup {
  private final KeyValueCursor attribute = new KeyValueCursor();
  private int valueFrom = -1;
  private int valueTo = -1;

  /// Looks for the first attribute with a key, as the Collector does when a key occurs twice.
  ///
  /// @param buffer holds the message
  /// @param from where the message's body begins
  /// @param to where it ends
  /// @param field the number of the message's attributes field (below 16)
  /// @param key in UTF-8
  /// @return whether there is one
  public boolean find(byte[] buffer, int from, int to, int field, byte[] key) {
    int wanted = field << 3 | 2;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(buffer, at);
      int value = WireScan.varintEnd(buffer, at);
      int end = WireScan.skip(buffer, tag, value);
      if (tag == wanted) {
        attribute.read(buffer, WireScan.varintEnd(buffer, value), end);
        if (Utf8.equals(buffer, attribute.keyFrom(), attribute.keyTo(), key)) {
          valueFrom = attribute.valueFrom();
          valueTo = attribute.valueTo();
          return true;
        }
      }
      at = end;
    }
    valueFrom = -1;
    valueTo = -1;
    return false;
  }

  /// Where the body of the AnyValue found begins; -1 when none was found or it has no value.
  public int valueFrom() {
    return valueFrom;
  }

  /// Where the body of the AnyValue found ends; -1 when none was found or it has no value.
  public int valueTo() {
    return valueTo;
  }
}
