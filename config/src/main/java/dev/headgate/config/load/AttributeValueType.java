package dev.headgate.config.load;

import dev.headgate.config.AttributeValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The value of an attribute. What a text without quotes means is what the Collector's YAML library
/// takes it for (go-yaml 3): `0x1F`, `0o17` and `017` are numbers, `yes` and `2026-11-21` are
/// texts.
final class AttributeValueType implements Type<AttributeValue> {
  static final AttributeValueType VALUE = new AttributeValueType();

  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\.[0-9]{1,60}|[0-9]{1,60}(\\.[0-9]{0,60})?)([eE][-+]?[0-9]{1,3})?");
  private static final Pattern WHOLE =
      Pattern.compile("([-+]?)(0[xX]|0[bB]|0[oO]|0)?([0-9a-fA-F]{1,64})");

  private AttributeValueType() {}

  @Override
  public @Nullable AttributeValue read(Node node, Place place) {
    return switch (node) {
      case Node.ScalarNode scalar when scalar.isNull() -> new AttributeValue.Nothing();
      case Node.ScalarNode scalar ->
          scalar.plain() ? resolve(scalar.text()) : new AttributeValue.Text(scalar.text());
      case Node.ListNode list -> readItems(list, place);
      case Node.MapNode map -> readMembers(map, place);
      case Node.BrokenNode _ -> null;
    };
  }

  private @Nullable AttributeValue readItems(Node.ListNode list, Place place) {
    List<AttributeValue> values = new ArrayList<>();
    for (Node item : list.items()) {
      AttributeValue value = read(item, place.index(values.size()));
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return new AttributeValue.Items(values);
  }

  private @Nullable AttributeValue readMembers(Node.MapNode map, Place place) {
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    for (Map.Entry<String, Node.Entry> member : map.entries().entrySet()) {
      AttributeValue value = read(member.getValue().value(), place.key(member.getKey()));
      if (value == null) {
        return null;
      }
      values.put(member.getKey(), value);
    }
    return new AttributeValue.Members(values);
  }

  private static AttributeValue resolve(String text) {
    return switch (text) {
      case "true", "True", "TRUE" -> new AttributeValue.Truth(true);
      case "false", "False", "FALSE" -> new AttributeValue.Truth(false);
      case ".nan", ".NaN", ".NAN" -> new AttributeValue.Decimal(Double.NaN);
      case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" ->
          new AttributeValue.Decimal(Double.POSITIVE_INFINITY);
      case "-.inf", "-.Inf", "-.INF" -> new AttributeValue.Decimal(Double.NEGATIVE_INFINITY);
      default -> number(text);
    };
  }

  private static AttributeValue number(String text) {
    boolean point = text.startsWith(".");
    String plain = point ? text : text.replace("_", "");
    // An underscore may stand anywhere but in front, where nothing looks like a number.
    if (!point && !text.startsWith("_")) {
      Long whole = whole(plain);
      if (whole != null) {
        return new AttributeValue.Whole(whole);
      }
    }
    if (DECIMAL.matcher(plain).matches() && !text.startsWith("_")) {
      double value = Double.parseDouble(plain);
      if (!Double.isInfinite(value)) {
        return new AttributeValue.Decimal(value);
      }
    }
    return new AttributeValue.Text(text);
  }

  /* As strconv.ParseInt with base 0, else as ParseUint, whose upper half turns negative. */
  private static @Nullable Long whole(String text) {
    var parts = WHOLE.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    String sign = parts.group(1);
    String prefix = parts.group(2) == null ? "" : parts.group(2);
    int radix =
        switch (prefix) {
          case "0x", "0X" -> 16;
          case "0b", "0B" -> 2;
          case "0", "0o", "0O" -> 8;
          default -> 10;
        };
    try {
      return Long.parseLong(sign + parts.group(3), radix);
    } catch (NumberFormatException tooLarge) {
      try {
        return sign.isEmpty() ? Long.parseUnsignedLong(parts.group(3), radix) : null;
      } catch (NumberFormatException notWhole) {
        return null;
      }
    }
  }

  @Override
  public String title() {
    return "text, number, boolean, list or map";
  }
}
