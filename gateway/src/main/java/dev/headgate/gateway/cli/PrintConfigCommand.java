package dev.headgate.gateway.cli;

import dev.headgate.config.load.ConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `headgate print-config`: all files merged and expanded, secrets masked.
@Command(name = "print-config", description = "Print the merged configuration with secrets masked.")
final class PrintConfigCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Override
  public Integer call() {
    try {
      System.out.print(options.load().maskedYaml());
      return 0;
    } catch (ConfigException e) {
      return ConfigOptions.report(e);
    }
  }
}
