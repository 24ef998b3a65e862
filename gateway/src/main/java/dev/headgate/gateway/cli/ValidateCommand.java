package dev.headgate.gateway.cli;

import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.LoadResult;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `headgate validate`: exit code 0 when the configuration holds.
@Command(
    name = "validate",
    aliases = "check",
    description = "Check a configuration and say everything that is wrong with it.")
final class ValidateCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Override
  public Integer call() {
    try {
      LoadResult result = options.load();
      result.notices().forEach(notice -> System.err.println("notice: " + notice));
      System.out.println("ok: " + result.config().service().pipelines().size() + " pipelines");
      return 0;
    } catch (ConfigException e) {
      return ConfigOptions.report(e);
    }
  }
}
