package dev.headgate.config.load;

import java.math.BigInteger;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Go writes them: `1m30s`, `200ms`, `1.5h`, `0`.
final class GoDuration {
  private static final BigInteger MAX_NANOS = BigInteger.valueOf(Long.MAX_VALUE);
  private static final int MAX_CHARS = 40;
  private static final Pattern PART =
      Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");

  private GoDuration() {}

  static Duration parse(String text) throws BadValueException {
    String unsigned = text.strip();
    if (unsigned.startsWith("-")) {
      throw new BadValueException("is negative");
    }
    if (unsigned.equals("0")) {
      return Duration.ZERO;
    }
    if (unsigned.isEmpty() || unsigned.length() > MAX_CHARS) {
      throw new BadValueException("is not a duration");
    }
    Matcher part = PART.matcher(unsigned);
    BigInteger nanos = BigInteger.ZERO;
    int end = 0;
    while (part.find() && part.start() == end) {
      nanos = nanos.add(nanos(part.group(1), part.group(2)));
      end = part.end();
    }
    if (end != unsigned.length()) {
      boolean number = unsigned.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
      throw new BadValueException(number ? "is a duration without a unit" : "is not a duration");
    }
    if (nanos.compareTo(MAX_NANOS) > 0) {
      throw new BadValueException("is too long", "less than 290 years");
    }
    return Duration.ofNanos(nanos.longValue());
  }

  /// Whole nanoseconds; as in Go, what is less than one falls away. Not by BigDecimal: the tables
  /// that JDK 25 makes when that class is first used cost 30 ms of every start.
  private static BigInteger nanos(String number, String unit) {
    int point = number.indexOf('.');
    int decimals = point < 0 ? 0 : number.length() - point - 1;
    return new BigInteger(number.replace(".", ""))
        .multiply(BigInteger.valueOf(nanosPer(unit)))
        .divide(BigInteger.TEN.pow(decimals));
  }

  private static long nanosPer(String unit) {
    return switch (unit) {
      case "ns" -> 1L;
      case "us", "µs", "μs" -> 1_000L;
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      default -> 3_600_000_000_000L;
    };
  }

  /// The shortest text that [#parse] reads back.
  static String show(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.toNanosPart() % 1_000_000 != 0) {
      return duration.toNanos() + "ns";
    }
    StringBuilder text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.toString();
  }

  private static void append(StringBuilder text, long amount, String unit) {
    if (amount > 0) {
      text.append(amount).append(unit);
    }
  }
}
