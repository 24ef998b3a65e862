package dev.headgate.gateway.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The values that a command line gives to the options of its command: `--name value`,
/// `--name=value`, `-n value`, `-n=value`.
///
/// **Threading:** immutable once parsed.
final class Arguments {
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
      if (equals < 0 && ++i == words.size()) {
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

  /// All values of an option in their order.
  List<String> all(CliOption option) {
    return values.getOrDefault(option, List.of());
  }

  /// The last value of an option, or what counts without one.
  String last(CliOption option, String otherwise) {
    List<String> all = all(option);
    return all.isEmpty() ? otherwise : all.getLast();
  }

  /// The last value of an option as a whole number of at least 1.
  ///
  /// @throws UsageException when it is none
  long positive(CliOption option, long otherwise) throws UsageException {
    String text = last(option, Long.toString(otherwise));
    try {
      long value = Long.parseLong(text);
      if (value >= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw notPositive(option, text);
    }
    throw notPositive(option, text);
  }

  private static UsageException notPositive(CliOption option, String text) {
    return new UsageException(
        option.name() + ": " + text + " (expected: a whole number, at least 1)");
  }
}
