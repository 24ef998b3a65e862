package dev.headgate.pipeline.process.attributes;

import dev.headgate.config.AttributeValue;
import dev.headgate.config.MatchProperties.Attribute;
import dev.headgate.config.MatchProperties.MatchType;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AttributeLookup;
import dev.headgate.pipeline.wire.Utf8;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Attributes that an item or a resource must have, all of them.
///
/// **Threading:** confined to one thread.
final class AttributeTests {
  private final Test[] tests;
  private final AttributeLookup lookup = new AttributeLookup();
  private final AnyValueCursor value = new AnyValueCursor();

  /// One attribute: with a value, with a text that matches, or any with the key.
  private record Test(byte[] key, @Nullable AttributeValue value, @Nullable TextSet texts) {
    static Test of(MatchType match, Attribute attribute) {
      byte[] key = Utf8.bytes(attribute.key());
      return match == MatchType.REGEXP && attribute.value() instanceof AttributeValue.Text(var text)
          ? new Test(key, null, new TextSet(match, List.of(text)))
          : new Test(key, attribute.value(), null);
    }
  }

  AttributeTests(MatchType match, List<Attribute> attributes) {
    tests = attributes.stream().map(attribute -> Test.of(match, attribute)).toArray(Test[]::new);
  }

  /// Whether the message `bytes[from, to)` has them all.
  ///
  /// @param field the number of its attributes
  boolean hold(byte[] bytes, int from, int to, int field) {
    for (Test test : tests) {
      if (!lookup.find(bytes, from, to, field, test.key) || !holds(test, bytes)) {
        return false;
      }
    }
    return true;
  }

  private boolean holds(Test test, byte[] bytes) {
    int from = lookup.valueFrom();
    int to = lookup.valueTo();
    if (test.texts != null) {
      value.read(bytes, from, to);
      return textHolds(test.texts, bytes);
    }
    return test.value == null || ValueEquality.equal(test.value, bytes, from, to);
  }

  /* As the Collector, a pattern sees no map, array or bytes. */
  private boolean textHolds(TextSet texts, byte[] bytes) {
    return switch (value.kind()) {
      case STRING -> texts.matches(bytes, value.from(), value.to());
      case BOOL -> texts.matches(Boolean.toString(value.boolValue()));
      case INT -> texts.matches(Long.toString(value.intValue()));
      case DOUBLE -> texts.matches(decimal(value.doubleValue()));
      case NONE, ARRAY, KVLIST, BYTES, STRING_INDEX -> false;
    };
  }

  /* strconv.FormatFloat(value, 'f', -1, 64): the shortest digits, never an exponent. */
  private static String decimal(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }
}
