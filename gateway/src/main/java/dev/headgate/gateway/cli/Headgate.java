package dev.headgate.gateway.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The program `headgate`.
@Command(
    name = "headgate",
    description = "An OTLP telemetry gateway: receives, redacts, samples and delivers.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      RunCommand.class,
      DemoCommand.class,
      ValidateCommand.class,
      PrintConfigCommand.class,
      ComponentsCommand.class,
      VersionCommand.class
    })
public final class Headgate implements Runnable {
  /// The exit code of a failure that was explained.
  static final int FAILURE = 1;

  @Spec private CommandSpec spec;

  /// Created by [#run].
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  Headgate() {}

  /// Runs a command line and ends the process with its exit code.
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /// Runs a command line.
  ///
  /// @return the exit code
  public static int run(String... arguments) {
    CommandLine commandLine = new CommandLine(new Headgate());
    commandLine.setParameterExceptionHandler(Headgate::explain);
    return commandLine.execute(arguments);
  }

  private static int explain(ParameterException exception, String[] arguments) {
    PrintWriter err = exception.getCommandLine().getErr();
    err.println("headgate: " + exception.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(exception, err);
    err.println("Try 'headgate --help'.");
    return 2;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
