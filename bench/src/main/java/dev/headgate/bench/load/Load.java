package dev.headgate.bench.load;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The program `bench/load`.
@Command(
    name = "load",
    description = "Sends OTLP requests and counts what arrives.",
    mixinStandardHelpOptions = true,
    subcommands = {GenerateCommand.class, SinkCommand.class})
public final class Load implements Runnable {
  @Spec private CommandSpec spec;

  /// Created by [#main].
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  Load() {}

  /// Runs a command line and ends the process with its exit code.
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Load()).execute(arguments));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
