package dev.headgate.config.load;

import dev.headgate.config.Secret;
import dev.headgate.config.load.Node.BrokenNode;
import dev.headgate.config.load.Node.ListNode;
import dev.headgate.config.load.Node.MapNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `headers` of an exporter: a map, or the Collector's list of `name` and `value`. Values are
/// secrets.
final class HeadersType implements Type<Map<String, Secret>> {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}");

  private static final Pattern COMMON = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  /// The name of a header.
  static final ScalarType<String> NAME =
      ScalarType.of(
          "header name",
          "a header's name: letters, digits and hyphens",
          (text, _) -> {
            if (!TOKEN.matcher(text).matches()) {
              throw new BadValueException("is not a header's name");
            }
            return text;
          });

  /// The name of a header that gRPC knows as a text too.
  static final ScalarType<String> COMMON_NAME =
      ScalarType.of(
          "header name",
          "letters, digits, hyphen, underscore and dot, not ending in -bin",
          (text, _) -> {
            if (!COMMON.matcher(text).matches() || text.endsWith("-bin")) {
              throw new BadValueException("is not a header's name in HTTP and gRPC");
            }
            return text;
          });

  /// An empty or torn header is most often a secret that was not delivered: better no start.
  static final ScalarType<Secret> VALUE =
      ScalarType.<Secret>of(
              "header value",
              "printable ASCII, not empty",
              (text, _) -> {
                if (text.isBlank()) {
                  throw new BadValueException("is empty");
                }
                if (text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c > '~')) {
                  throw new BadValueException("has a line break or other character of no header");
                }
                return new Secret(text);
              })
          .hidden();

  private static final Key<String> ITEM_NAME = Key.required("name", NAME, "");
  private static final Key<Secret> ITEM_VALUE = Key.required("value", VALUE, "");

  private record Header(String name, Secret value) {}

  private static final Block<Header> ITEM =
      Block.of(v -> new Header(v.get(ITEM_NAME), v.get(ITEM_VALUE)), ITEM_NAME, ITEM_VALUE);

  @Override
  public @Nullable Map<String, Secret> read(Node node, Place place) {
    // Everything below is masked, whatever its shape.
    place.markSecret();
    Map<String, Secret> headers = new LinkedHashMap<>();
    int before = place.reading().problemCount();
    switch (node) {
      case MapNode map ->
          map.entries()
              .forEach((name, entry) -> {
                Place at = place.key(name);
                if (!TOKEN.matcher(name).matches()) {
                  at.problem(entry.keyMark(), "not a header's name (expected: a token)");
                }
                put(headers, name, VALUE.read(entry.value(), at), entry.keyMark(), at);
              });
      case ListNode list -> {
        for (int i = 0; i < list.items().size(); i++) {
          Node item = list.items().get(i);
          Header header = ITEM.read(item, place.index(i));
          if (header != null) {
            put(headers, header.name(), header.value(), item.mark(), place.index(i));
          }
        }
      }
      case BrokenNode _ -> {}
      default -> place.problem(node.mark(), Node.kind(node) + " (expected: a map of headers)");
    }
    return place.reading().problemCount() == before ? headers : null;
  }

  private static void put(
      Map<String, Secret> headers, String name, @Nullable Secret value, Mark mark, Place place) {
    if (value == null) {
      return;
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (headers.keySet().stream().anyMatch(other -> other.toLowerCase(Locale.ROOT).equals(lower))) {
      place.problem(mark, "the header is given twice (expected: once, in any case)");
    }
    headers.put(name, value);
  }

  @Override
  public String title() {
    return "map of header to secret text";
  }

  @Override
  public String show(Map<String, Secret> headers) {
    return "{}";
  }
}
