package dev.headgate.gateway.cli;

import java.util.List;

/// A command of the program: what it is called, what may follow, and what it does.
///
/// @param name the first word of the command line
/// @param alias another first word, or empty
/// @param help one line
/// @param options what may follow
/// @param action what it does
record Command(String name, String alias, String help, List<CliOption> options, Action action) {

  /// What a command does.
  @FunctionalInterface
  interface Action {
    /// Runs the command.
    ///
    /// @return the exit code
    /// @throws UsageException when a value is not what the option expects
    int run(Arguments arguments) throws UsageException, InterruptedException;
  }

  boolean isCalled(String word) {
    return word.equals(name) || (!alias.isEmpty() && word.equals(alias));
  }
}
