package dev.headgate.gateway.cli;

import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.LoadResult;

/// `headgate validate`: exit code 0 when the configuration holds.
final class ValidateCommand {
  static final Command COMMAND =
      new Command(
          "validate",
          "check",
          "Check a configuration and say everything that is wrong with it.",
          ConfigOptions.OPTIONS,
          ValidateCommand::run);

  private ValidateCommand() {}

  private static int run(Arguments arguments) throws UsageException {
    try {
      LoadResult result = new ConfigOptions(arguments).load();
      result.notices().forEach(notice -> System.err.println("notice: " + notice));
      System.out.println("ok: " + result.config().service().pipelines().size() + " pipelines");
      return 0;
    } catch (ConfigException e) {
      return ConfigOptions.report(e);
    }
  }
}
