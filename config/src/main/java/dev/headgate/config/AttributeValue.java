package dev.headgate.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The value of an attribute as a configuration writes it.
public sealed interface AttributeValue {
  /// A text.
  record Text(String value) implements AttributeValue {}

  /// A whole number.
  record Whole(long value) implements AttributeValue {}

  /// A number with a fraction.
  record Decimal(double value) implements AttributeValue {}

  /// True or false.
  record Truth(boolean value) implements AttributeValue {}

  /// An array.
  record Items(List<AttributeValue> values) implements AttributeValue {
    /// Copies the list.
    public Items {
      values = List.copyOf(values);
    }
  }

  /// A map, in the order of the file.
  record Members(Map<String, AttributeValue> values) implements AttributeValue {
    /// Copies the map.
    public Members {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /// A value with nothing set.
  record Nothing() implements AttributeValue {}
}
