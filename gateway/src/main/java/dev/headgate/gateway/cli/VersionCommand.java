package dev.headgate.gateway.cli;

import java.util.List;

/// `headgate version`.
final class VersionCommand {
  static final Command COMMAND =
      new Command("version", "", "Print the version.", List.of(), VersionCommand::run);

  private VersionCommand() {}

  private static int run(Arguments arguments) {
    System.out.println("headgate " + Version.text() + " (Java " + Runtime.version() + ")");
    return 0;
  }
}
