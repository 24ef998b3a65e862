package dev.headgate.gateway.cli;

import dev.headgate.config.load.ConfigException;

/// `headgate print-config`: all files merged and expanded, secrets masked.
final class PrintConfigCommand {
  static final Command COMMAND =
      new Command(
          "print-config",
          "",
          "Print the merged configuration with secrets masked.",
          ConfigOptions.OPTIONS,
          PrintConfigCommand::run);

  private PrintConfigCommand() {}

  private static int run(Arguments arguments) throws UsageException {
    try {
      System.out.print(new ConfigOptions(arguments).load().maskedYaml());
      return 0;
    } catch (ConfigException e) {
      return ConfigOptions.report(e);
    }
  }
}
