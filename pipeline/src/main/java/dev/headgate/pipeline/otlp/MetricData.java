package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.wire.WireScan;

/// The kinds of data that a metric may have, with the numbers of the fields that differ between
/// them. In the order of the Collector's numbers for them.
public enum MetricData {
  NONE(0, 0, 0, 0),
  GAUGE(1, 5, 7, 8),
  SUM(2, 7, 7, 8),
  HISTOGRAM(3, 9, 9, 10),
  EXPONENTIAL_HISTOGRAM(4, 10, 1, 10),
  SUMMARY(5, 11, 7, 8);

  /// The tag of the data points in each of them.
  public static final int POINT_TAG = 1 << 3 | 2;

  private final int number;
  private final int field;
  private final int attributesField;
  private final int attributesTag;
  private final int flagsField;

  MetricData(int number, int field, int attributesField, int flagsField) {
    this.number = number;
    this.field = field;
    this.attributesField = attributesField;
    this.attributesTag = attributesField == 0 ? 0 : attributesField << 3 | 2;
    this.flagsField = flagsField;
  }

  /// The data of the metric with the body `bytes[from, to)`.
  public static MetricData of(byte[] bytes, int from, int to) {
    MetricData data = NONE;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      MetricData found = ofTag(tag);
      data = found == NONE ? data : found;
      at = WireScan.skip(bytes, tag, WireScan.varintEnd(bytes, at));
    }
    return data;
  }

  /// The data that stands in a metric's field with a tag, or NONE.
  public static MetricData ofTag(int tag) {
    return switch (tag) {
      case 5 << 3 | 2 -> GAUGE;
      case 7 << 3 | 2 -> SUM;
      case 9 << 3 | 2 -> HISTOGRAM;
      case 10 << 3 | 2 -> EXPONENTIAL_HISTOGRAM;
      case 11 << 3 | 2 -> SUMMARY;
      default -> NONE;
    };
  }

  /// The Collector's number for it.
  public int number() {
    return number;
  }

  /// The number of its field in a metric.
  public int field() {
    return field;
  }

  /// The number of the attributes in its points; 0 for NONE.
  public int attributesField() {
    return attributesField;
  }

  /// The tag of the attributes in the points of the data with a tag in a metric; 0 for other fields
  /// of a metric.
  public static int attributesTag(int dataTag) {
    return ofTag(dataTag).attributesTag;
  }

  /// The number of the flags in its points.
  public int flagsField() {
    return flagsField;
  }

  /// Whether it has an aggregation temporality.
  public boolean hasTemporality() {
    return this == SUM || this == HISTOGRAM || this == EXPONENTIAL_HISTOGRAM;
  }

  /// Whether its points are number points.
  public boolean isNumber() {
    return this == GAUGE || this == SUM;
  }
}
