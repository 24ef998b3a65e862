package dev.headgate.config.load;

import dev.headgate.config.load.Node.ScalarNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The value of an attribute: a text, whole number, number or boolean by the rules of YAML 1.2's
/// core schema; quotes make it a text.
final class AttributeValueType implements Type<Object> {
  private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]{0,18})");
  private static final Pattern DECIMAL =
      Pattern.compile(
          "[-+]?([0-9]{1,60}\\.[0-9]{0,60}|\\.[0-9]{1,60}|[0-9]{1,60}(?=[eE]))([eE][-+]?[0-9]{1,3})?");

  @Override
  public @Nullable Object read(Node node, Place place) {
    return switch (node) {
      case ScalarNode scalar -> scalar.plain() ? resolve(scalar.text()) : scalar.text();
      case Node.BrokenNode _ -> null;
      default -> {
        place.problem(node.mark(), Node.kind(node) + " (expected: a text, number or boolean)");
        yield null;
      }
    };
  }

  private static Object resolve(String text) {
    switch (text) {
      case "true", "True", "TRUE" -> {
        return true;
      }
      case "false", "False", "FALSE" -> {
        return false;
      }
      default -> {}
    }
    if (WHOLE.matcher(text).matches()) {
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException _) {
        return text; // beyond 64 bits: nothing that OTLP could hold as a number
      }
    }
    return DECIMAL.matcher(text).matches() ? (Object) Double.valueOf(text) : text;
  }

  @Override
  public String title() {
    return "text, number or boolean";
  }
}
