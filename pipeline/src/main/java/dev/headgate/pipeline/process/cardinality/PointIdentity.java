package dev.headgate.pipeline.process.cardinality;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.otlp.SeededHash;
import dev.headgate.pipeline.wire.WireScan;
import java.util.Arrays;

/// Which series a data point belongs to, as hashes: its service and metric, its attributes in
/// whatever order, and the values of its limited labels. Reusable; allocates nothing.
///
/// **Threading:** confined to one thread.
final class PointIdentity {
  private static final int MAX_LABELS = 128;
  private static final int KEY_TAG = 1 << 3 | 2;
  private static final int VALUE_TAG = 2 << 3 | 2;
  private static final int TEXT_TAG = 1 << 3 | 2;

  private final SeededHash hash;
  private final LabelRules rules;
  private final KeyValueCursor attribute = new KeyValueCursor();
  private final AnyValueCursor value = new AnyValueCursor();
  private long key;
  private long series;
  private int labels;
  private long[] labelHashes = new long[8];
  private long[] valueHashes = new long[8];
  private int[] limits = new int[8];

  PointIdentity(SeededHash hash, LabelRules rules) {
    this.hash = hash;
    this.rules = rules;
  }

  /// Sets the service and metric of the points that follow.
  void key(long serviceHash, long metricHash) {
    key = hash.mix(serviceHash, metricHash);
  }

  /// Reads the point `bytes[from, to)`.
  ///
  /// @param attributeTag the tag of the point's attributes
  void read(byte[] bytes, int from, int to, int attributeTag) {
    long sum = 0;
    labels = 0;
    int at = from;
    while (at < to) {
      int tag = bytes[at];
      int length = at + 1;
      if (tag < 0) {
        tag = (int) WireScan.varint(bytes, at);
        length = WireScan.varintEnd(bytes, at);
      }
      if (tag == attributeTag) {
        int body = length + 1;
        at = body + bytes[length];
        if (bytes[length] < 0) {
          body = WireScan.varintEnd(bytes, length);
          at = body + (int) WireScan.varint(bytes, length);
        }
        sum += readAttribute(bytes, body, at);
      } else {
        at = WireScan.skip(bytes, tag, length);
      }
    }
    // A sum does not know the order; the hashes under it are secret.
    series = hash.mix(sum, 0);
  }

  private long readAttribute(byte[] bytes, int from, int to) {
    int valueField = usualValue(bytes, from, to);
    if (valueField >= 0) {
      long content = hash.text(bytes, valueField + 4, to);
      return add(bytes, from + 2, valueField, content);
    }
    attribute.read(bytes, from, to);
    value.read(bytes, attribute.valueFrom(), attribute.valueTo());
    long content = hash.value(bytes, value);
    return add(bytes, attribute.keyFrom(), attribute.keyTo(), content);
  }

  /**
   * Where the value's field begins in a KeyValue of a short key, a short text and nothing else, as
   * most are; -1 for all others.
   */
  private static int usualValue(byte[] bytes, int from, int to) {
    int at = to - from < 2 ? to : from + 2 + bytes[from + 1];
    return to - at >= 4
            && at >= from + 2
            && bytes[from] == KEY_TAG
            && bytes[at] == VALUE_TAG
            && bytes[at + 1] == to - at - 2
            && bytes[at + 2] == TEXT_TAG
            && bytes[at + 3] == to - at - 4
        ? at
        : -1;
  }

  private long add(byte[] bytes, int keyFrom, int keyTo, long content) {
    long label = hash.bytes(bytes, keyFrom, keyTo);
    int limit = rules.valueLimit(label);
    if (limit > 0 && labels < MAX_LABELS) {
      addLimited(label, content, limit);
    }
    if (!rules.isExpected(label)) {
      rules.onUnlisted(label, bytes, keyFrom, keyTo);
    }
    return hash.mix(label, content);
  }

  private void addLimited(long label, long content, int limit) {
    if (labels == limits.length) {
      labelHashes = Arrays.copyOf(labelHashes, labels * 2);
      valueHashes = Arrays.copyOf(valueHashes, labels * 2);
      limits = Arrays.copyOf(limits, labels * 2);
    }
    labelHashes[labels] = label;
    valueHashes[labels] = content;
    limits[labels] = limit;
    labels++;
  }

  long key() {
    return key;
  }

  long series() {
    return series;
  }

  /// How many of its labels are limited.
  int labels() {
    return labels;
  }

  long label(int index) {
    return labelHashes[index];
  }

  long value(int index) {
    return valueHashes[index];
  }

  int limit(int index) {
    return limits[index];
  }
}
