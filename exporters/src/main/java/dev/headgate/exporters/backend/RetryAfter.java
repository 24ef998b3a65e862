package dev.headgate.exporters.backend;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the header `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date in one of the
/// three forms of section 5.6.7. Nothing is believed beyond a day.
final class RetryAfter {
  private static final Duration MAX = Duration.ofDays(1);
  private static final int MAX_CHARS = 40;

  // The forms without the name of the day, which says nothing new.
  private static final DateTimeFormatter RFC_850 =
      new DateTimeFormatterBuilder()
          .appendPattern("d-MMM-")
          .appendValueReduced(ChronoField.YEAR, 2, 2, 2000)
          .appendPattern(" HH:mm:ss 'GMT'")
          .toFormatter(Locale.ENGLISH);
  private static final List<DateTimeFormatter> FORMS =
      List.of(
          DateTimeFormatter.ofPattern("d MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH),
          RFC_850,
          DateTimeFormatter.ofPattern("MMM d HH:mm:ss yyyy", Locale.ENGLISH));

  private RetryAfter() {}

  /// How long to wait from `now` on; null when the header says nothing.
  static @Nullable Duration read(@Nullable String header, Instant now) {
    if (header == null || header.isBlank() || header.length() > MAX_CHARS) {
      return null;
    }
    String value = header.strip();
    if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      // More digits than a day has seconds are more than a day.
      return value.length() > 9 ? MAX : bounded(Duration.ofSeconds(Long.parseLong(value)));
    }
    Instant date = date(value, now);
    return date == null ? null : bounded(Duration.between(now, date));
  }

  private static @Nullable Instant date(String value, Instant now) {
    int comma = value.indexOf(',');
    int day = comma < 0 ? value.indexOf(' ') : comma + 1;
    // The asctime form pads the day of the month with a space.
    String rest = value.substring(Math.max(0, day)).strip().replace("  ", " ");
    for (DateTimeFormatter form : FORMS) {
      LocalDateTime read = parsed(rest, form);
      if (read != null) {
        LocalDateTime date = form.equals(RFC_850) ? century(read, now) : read;
        return date.toInstant(ZoneOffset.UTC);
      }
    }
    return null;
  }

  private static @Nullable LocalDateTime parsed(String text, DateTimeFormatter form) {
    try {
      return LocalDateTime.parse(text, form);
    } catch (DateTimeException otherForm) {
      return null;
    }
  }

  /// Two digits that seem more than 50 years ahead mean the last such year (RFC 9110, 5.6.7).
  private static LocalDateTime century(LocalDateTime date, Instant now) {
    LocalDateTime limit = LocalDateTime.ofInstant(now, ZoneOffset.UTC).plusYears(50);
    return date.isAfter(limit) ? date.minusYears(100) : date;
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(MAX) > 0 ? MAX : wait;
  }
}
