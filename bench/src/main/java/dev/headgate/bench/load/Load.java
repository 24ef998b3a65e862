package dev.headgate.bench.load;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The program `bench/load`: a generator of OTLP requests and a sink that counts them, two
/// processes that may share one core beside the system under test. A request is encoded and framed
/// once; what is patched for every sending is a number in each item (a counter behind a bijection,
/// in the trace id or the value) and the time at which the request was due. The sink finds both,
/// inverts the bijection into a bitmap and so tells lost items from doubled ones, and knows how
/// long each took.
@Command(
    name = "load",
    description = "Sends OTLP requests and counts what arrives.",
    mixinStandardHelpOptions = true,
    subcommands = {GenerateCommand.class, SinkCommand.class})
public final class Load implements Runnable {
  private static final int HELP_COLUMNS = 100;

  @Spec private CommandSpec spec;

  /// Created by [#main].
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  Load() {}

  /// Runs a command line and ends the process with its exit code.
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Load()).setUsageHelpWidth(HELP_COLUMNS).execute(arguments));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
