package dev.headgate.gateway.cli;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The program `headgate`: finds the command, reads its options, runs it.
public final class Headgate {
  /// The exit code of a failure that was explained.
  static final int FAILURE = 1;

  private static final int MISUSE = 2;
  private static final List<String> HELP = List.of("--help", "-h");
  private static final List<String> VERSION = List.of("--version", "-V");

  private Headgate() {}

  /// Runs a command line and ends the process with its exit code.
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /// Runs a command line.
  ///
  /// @return the exit code
  public static int run(String... arguments) {
    List<String> words = Arrays.asList(arguments);
    if (words.isEmpty() || HELP.contains(words.getFirst())) {
      help(System.out);
      return 0;
    }
    if (VERSION.contains(words.getFirst())) {
      System.out.println("headgate " + Version.text());
      return 0;
    }
    Command command = find(words.getFirst());
    try {
      if (command == null) {
        throw new UsageException(
            "unknown command: " + words.getFirst() + " (expected: " + names() + ")");
      }
      List<String> rest = words.subList(1, words.size());
      if (rest.stream().anyMatch(HELP::contains)) {
        help(System.out, command);
        return 0;
      }
      return command.action().run(Arguments.parse(command, rest));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILURE;
    } catch (UsageException e) {
      System.err.println("headgate: " + e.getMessage());
      System.err.println("Try 'headgate --help'.");
      return MISUSE;
    } catch (RuntimeException e) {
      // Must not leave by the main thread alone: the gateway's threads would keep the process.
      System.err.println("headgate: unexpected: " + e);
      return FAILURE;
    }
  }

  private static List<Command> commands() {
    return List.of(
        RunCommand.COMMAND,
        DemoCommand.COMMAND,
        ValidateCommand.COMMAND,
        PrintConfigCommand.COMMAND,
        ComponentsCommand.COMMAND,
        HealthCommand.COMMAND,
        SmokeCommand.COMMAND,
        TopCommand.COMMAND,
        TapCommand.COMMAND,
        TrainCommand.COMMAND,
        VersionCommand.COMMAND);
  }

  private static @Nullable Command find(String word) {
    // The usual ones first, so that the others need not be loaded.
    if (RunCommand.COMMAND.isCalled(word)) {
      return RunCommand.COMMAND;
    }
    if (HealthCommand.COMMAND.isCalled(word)) {
      return HealthCommand.COMMAND;
    }
    return commands().stream().filter(command -> command.isCalled(word)).findFirst().orElse(null);
  }

  private static String names() {
    return String.join(", ", commands().stream().map(Command::name).toList());
  }

  private static void help(PrintStream out) {
    out.println("Usage: headgate COMMAND [OPTIONS]");
    out.println("An OTLP telemetry gateway: receives, redacts, samples and delivers.");
    out.println("Commands:");
    for (Command command : commands()) {
      out.printf("  %-14s%s%n", command.name(), command.help());
    }
    out.println("'headgate COMMAND --help' shows the options of a command.");
  }

  private static void help(PrintStream out, Command command) {
    out.println(
        "Usage: headgate " + command.name() + (command.options().isEmpty() ? "" : " [OPTIONS]"));
    out.println(command.help());
    for (CliOption option : command.options()) {
      out.printf("  %-26s%s%n", option.usage(), option.help());
    }
  }
}
