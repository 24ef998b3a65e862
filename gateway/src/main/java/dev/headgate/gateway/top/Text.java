package dev.headgate.gateway.top;

import java.util.Locale;

/// Numbers as they stand in a terminal.
final class Text {
  private static final String[] SCALES = {"", "k", "M", "G", "T"};
  private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Text() {}

  static String count(double value) {
    return scaled(value, 1000, SCALES, "");
  }

  static String rate(double value) {
    return count(value) + "/s";
  }

  static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  static String bytes(double value) {
    return scaled(value, 1024, BYTES, " ");
  }

  static String percent(double value) {
    return Math.round(value * 100) + "%";
  }

  static String seconds(double value) {
    if (value < 10) {
      return String.format(Locale.ROOT, "%.1fs", value);
    }
    if (value < 120) {
      return Math.round(value) + "s";
    }
    return value < 7200 ? Math.round(value / 60) + "m" : Math.round(value / 3600) + "h";
  }

  private static String scaled(double value, int step, String[] units, String gap) {
    int unit = 0;
    double left = value;
    while (left >= step && unit < units.length - 1) {
      left /= step;
      unit++;
    }
    boolean whole = left == Math.rint(left) || left >= 100;
    String number =
        whole ? Long.toString(Math.round(left)) : String.format(Locale.ROOT, "%.1f", left);
    return number + gap + units[unit];
  }
}
