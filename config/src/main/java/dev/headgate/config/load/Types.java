package dev.headgate.config.load;

import dev.headgate.config.HostPort;
import dev.headgate.config.RulePack;
import dev.headgate.config.Secret;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The types of single values.
final class Types {
  static final ScalarType<String> TEXT = ScalarType.of("text", "a text", (text, _) -> text);

  static final ScalarType<String> NAME =
      ScalarType.of("text", "a text that is not empty", (text, _) -> notBlank(text));

  static final ScalarType<Secret> SECRET =
      ScalarType.<Secret>of(
              "secret text", "a text that is not empty", (text, _) -> new Secret(notBlank(text)))
          .hidden();

  static final ScalarType<Boolean> BOOL =
      ScalarType.of("boolean", "true or false", (text, _) -> parseBoolean(text));

  static final ScalarType<Duration> DURATION =
      ScalarType.<Duration>of(
              "duration",
              "a number with a unit such as 200ms, 5s or 1m30s",
              (text, _) -> GoDuration.parse(text))
          .shownBy(GoDuration::show);

  static final ScalarType<Long> BYTES =
      ScalarType.of(
          "size", "a number of bytes, or a size such as 64MiB", (text, _) -> parseBytes(text));

  static final ScalarType<HostPort> LISTEN =
      ScalarType.of(
          "host:port", "host:port such as localhost:4317", (text, _) -> parseHostPort(text));

  static final ScalarType<Path> PATH =
      ScalarType.of("path", "the path of a file", (text, _) -> parsePath(text));

  static final ScalarType<String> URL_PATH =
      ScalarType.of("URL path", "a path that begins with /", (text, _) -> parseUrlPath(text));

  static final ScalarType<String> PATTERN =
      ScalarType.of("RE2 pattern", "a pattern in RE2 syntax", Types::parsePattern);

  static final ListType<RulePack> RULE_PACKS =
      ListType.ofNames(choiceOf(RulePack.class), "rule packs");

  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,19})\\s*(B|KiB|MiB|GiB|TiB|KB|MB|GB|TB)?", Pattern.CASE_INSENSITIVE);
  private static final Pattern LEADING_ZERO = Pattern.compile("[-+]?0[0-9_]+");

  private Types() {}

  /// A whole number in a range.
  static ScalarType<Integer> integer(int least, int most) {
    ScalarType<Long> type = wholeNumber(least, most);
    return ScalarType.of(
        type.title(),
        type.expected(),
        (text, place) -> (int) (long) type.parser().parse(text, place));
  }

  /// A whole number in a range.
  static ScalarType<Long> wholeNumber(long least, long most) {
    String expected =
        most >= Integer.MAX_VALUE && most != 0xffff_ffffL
            ? "a whole number, at least " + least
            : "a whole number from " + least + " to " + most;
    return ScalarType.of(
        "integer",
        expected,
        (text, _) -> {
          long value = parseLong(text);
          if (value < least || value > most) {
            throw new BadValueException("is out of range");
          }
          return value;
        });
  }

  /// A number in a range.
  static ScalarType<Double> number(double least, double most) {
    String expected =
        most == Double.MAX_VALUE
            ? "a number, at least " + plain(least)
            : "a number from " + plain(least) + " to " + plain(most);
    return ScalarType.<Double>of(
            "number",
            expected,
            (text, _) -> {
              double value = parseDouble(text);
              if (!(value >= least && value <= most)) {
                throw new BadValueException("is out of range");
              }
              return value;
            })
        .shownBy(Types::plain);
  }

  /// One of some words in any case, in the order they are given.
  static <T> ScalarType<T> choice(Map<String, T> values) {
    List<String> words = values.keySet().stream().filter(word -> !word.isEmpty()).toList();
    return ScalarType.<T>of(
            String.join(" | ", words),
            "one of " + String.join(", ", words),
            (text, _) -> {
              for (Map.Entry<String, T> entry : values.entrySet()) {
                if (entry.getKey().equalsIgnoreCase(text)) {
                  return entry.getValue();
                }
              }
              throw new BadValueException(
                  "is not known",
                  "one of " + String.join(", ", words) + Suggestion.didYouMean(text, words));
            })
        .shownBy(value ->
            words.stream().filter(word -> value.equals(values.get(word))).findFirst().orElse(""));
  }

  /// One of two words.
  static <T> ScalarType<T> choice(String first, T firstValue, String second, T secondValue) {
    Map<String, T> values = new LinkedHashMap<>();
    values.put(first, firstValue);
    values.put(second, secondValue);
    return choice(values);
  }

  /// The constants of an enum by their names in lower case.
  static <E extends Enum<E>> ScalarType<E> choiceOf(Class<E> type) {
    Map<String, E> values = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      values.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    return choice(values);
  }

  static String notBlank(String text) throws BadValueException {
    if (text.isBlank()) {
      throw new BadValueException("is empty");
    }
    return text;
  }

  private static boolean parseBoolean(String text) throws BadValueException {
    return switch (text) {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> throw new BadValueException("is not a boolean");
    };
  }

  static long parseLong(String text) throws BadValueException {
    String digits = text.strip().replace("_", "");
    if (LEADING_ZERO.matcher(text.strip()).matches()) {
      throw new BadValueException(
          "may mean two numbers", "a whole number without a leading zero, octal as 0o17");
    }
    try {
      if (digits.startsWith("0x")) {
        return Long.parseLong(digits.substring(2), 16);
      }
      return digits.startsWith("0o")
          ? Long.parseLong(digits.substring(2), 8)
          : Long.parseLong(digits);
    } catch (NumberFormatException _) {
      throw new BadValueException("is not a whole number");
    }
  }

  static double parseDouble(String text) throws BadValueException {
    String digits = text.strip();
    // Double.parseDouble would also take 1d, 0x1p3 and NaN.
    boolean plain = digits.chars().allMatch(c -> "0123456789.eE+-".indexOf(c) >= 0);
    try {
      if (plain && digits.length() <= 60) {
        return Double.parseDouble(digits);
      }
    } catch (NumberFormatException _) {
      // Reported below.
    }
    throw new BadValueException("is not a number");
  }

  private static long parseBytes(String text) throws BadValueException {
    Matcher size = SIZE.matcher(text.strip());
    if (!size.matches()) {
      throw new BadValueException("is not a size");
    }
    try {
      return Math.multiplyExact(Long.parseLong(size.group(1)), bytesPer(size.group(2)));
    } catch (ArithmeticException | NumberFormatException _) {
      throw new BadValueException("is too large");
    }
  }

  private static long bytesPer(@Nullable String unit) {
    if (unit == null) {
      return 1;
    }
    return switch (unit.toUpperCase(Locale.ROOT)) {
      case "KIB" -> 1L << 10;
      case "MIB" -> 1L << 20;
      case "GIB" -> 1L << 30;
      case "TIB" -> 1L << 40;
      case "KB" -> 1_000L;
      case "MB" -> 1_000_000L;
      case "GB" -> 1_000_000_000L;
      case "TB" -> 1_000_000_000_000L;
      default -> 1L;
    };
  }

  /// `host:port`, `[::1]:port`, `:port` (all interfaces).
  static HostPort parseHostPort(String text) throws BadValueException {
    String address = text.strip();
    if (address.contains("://")) {
      throw new BadValueException("is a URL");
    }
    int colon = address.lastIndexOf(':');
    if (colon < 0) {
      throw new BadValueException("has no port");
    }
    String host = address.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new BadValueException("is ambiguous", "an IPv6 address in brackets: [::1]:4317");
    }
    if (host.isEmpty()) {
      host = "0.0.0.0";
    }
    if (host.chars().anyMatch(c -> c <= ' ' || "/@[]\\?#".indexOf(c) >= 0)) {
      throw new BadValueException("is not an address");
    }
    return new HostPort(host, parsePort(address.substring(colon + 1)));
  }

  private static int parsePort(String digits) throws BadValueException {
    if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(Types::isDigit)) {
      throw new BadValueException("has no port that is a number");
    }
    int port = Integer.parseInt(digits);
    if (port > 65_535) {
      throw new BadValueException("has a port that is too large", "a port up to 65535");
    }
    return port;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static Path parsePath(String text) throws BadValueException {
    try {
      return Path.of(notBlank(text));
    } catch (InvalidPathException _) {
      throw new BadValueException("is not a path");
    }
  }

  private static String parseUrlPath(String text) throws BadValueException {
    if (!text.startsWith("/") || text.chars().anyMatch(c -> c <= ' ' || c == '?' || c == '#')) {
      throw new BadValueException("is not a URL path");
    }
    return text;
  }

  private static String parsePattern(String text, Place place) throws BadValueException {
    // An empty pattern matches between all characters and would tear every text apart.
    if (text.isEmpty()) {
      throw new BadValueException("is empty");
    }
    String wrong = place.reading().checks().checkPattern(text);
    if (wrong != null) {
      throw new BadValueException("does not compile: " + wrong);
    }
    return text;
  }

  /// A number without the `.0` of a whole one.
  private static String plain(double value) {
    return value == (long) value ? Long.toString((long) value) : Double.toString(value);
  }
}
