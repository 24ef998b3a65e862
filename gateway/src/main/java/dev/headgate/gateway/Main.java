package dev.headgate.gateway;

import dev.headgate.gateway.cli.Headgate;

/// The entry point of the gateway process.
public final class Main {
  private Main() {}

  /// Runs a command line and ends the process with its exit code.
  public static void main(String[] arguments) {
    System.exit(Headgate.run(arguments));
  }
}
