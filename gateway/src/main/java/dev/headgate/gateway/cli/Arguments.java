package dev.headgate.gateway.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The values that a command line gives to the options of its command: `--name value`,
/// `--name=value`, `-n value`, `-n=value`. A value that begins with two dashes needs the equals
/// sign.
///
/// **Threading:** immutable once parsed.
final class Arguments {
  private static final long MAX_SECONDS = 3600;

  private final Map<CliOption, List<String>> values = new HashMap<>();

  private Arguments() {}

  /// Reads what follows the command.
  ///
  /// @throws UsageException for what the command does not know and for values that are missing
  static Arguments parse(Command command, List<String> words) throws UsageException {
    Arguments result = new Arguments();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      CliOption option = find(command, name);
      if (option == null) {
        throw new UsageException(unknown(command, name));
      }
      if (option.value().isEmpty()) {
        if (equals >= 0) {
          throw new UsageException(name + ": a value (expected: none)");
        }
        result.values.put(option, List.of());
        continue;
      }
      if (equals < 0 && (++i == words.size() || words.get(i).startsWith("--"))) {
        throw new UsageException(name + ": no value (expected: " + option.value() + ")");
      }
      String value = equals < 0 ? words.get(i) : word.substring(equals + 1);
      result.values.computeIfAbsent(option, _ -> new ArrayList<>()).add(value);
    }
    return result;
  }

  private static @Nullable CliOption find(Command command, String name) {
    for (CliOption option : command.options()) {
      if (name.equals(option.name())
          || (!option.letter().isEmpty() && name.equals(option.letter()))) {
        return option;
      }
    }
    return null;
  }

  private static String unknown(Command command, String name) {
    List<String> names = command.options().stream().map(CliOption::name).toList();
    return command.name()
        + ": unknown option "
        + name
        + " (expected: "
        + (names.isEmpty() ? "none" : String.join(", ", names))
        + ")";
  }

  /// Whether an option is there.
  boolean has(CliOption option) {
    return values.containsKey(option);
  }

  /// All values of an option in their order.
  List<String> all(CliOption option) {
    return values.getOrDefault(option, List.of());
  }

  /// The last value of an option, or what counts without one.
  String last(CliOption option, String otherwise) {
    List<String> all = all(option);
    return all.isEmpty() ? otherwise : all.getLast();
  }

  /// The last value of an option as a file.
  ///
  /// @throws UsageException when there cannot be such a file
  Path path(CliOption option, String otherwise) throws UsageException {
    return path(option.name(), last(option, otherwise));
  }

  /// A value of the option called `name` as a file.
  ///
  /// @throws UsageException when there cannot be such a file
  static Path path(String name, String text) throws UsageException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new UsageException(name + ": not a path: " + e.getReason());
    }
  }

  /// The last value of an option as a number of seconds, an hour at most: `60` or `60s`.
  ///
  /// @throws UsageException when it is none
  Duration seconds(CliOption option, long otherwise) throws UsageException {
    String text = last(option, Long.toString(otherwise));
    try {
      long value = Long.parseLong(text.endsWith("s") ? text.substring(0, text.length() - 1) : text);
      if (value >= 1 && value <= MAX_SECONDS) {
        return Duration.ofSeconds(value);
      }
    } catch (NumberFormatException e) {
      throw notSeconds(option, text);
    }
    throw notSeconds(option, text);
  }

  private static UsageException notSeconds(CliOption option, String text) {
    return new UsageException(
        option.name() + ": " + text + " (expected: a whole number, 1 to " + MAX_SECONDS + ")");
  }
}
