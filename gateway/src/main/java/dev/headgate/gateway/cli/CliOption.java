package dev.headgate.gateway.cli;

/// An option of a command.
///
/// @param name with its two dashes
/// @param letter the short form with its dash, or empty
/// @param value what stands for the value in the help, empty when it takes none
/// @param help one line
record CliOption(String name, String letter, String value, String help) {
  /// The option and its value as the help shows them.
  String usage() {
    return (letter.isEmpty() ? "    " : letter + ", ")
        + name
        + (value.isEmpty() ? "" : "=" + value);
  }
}
