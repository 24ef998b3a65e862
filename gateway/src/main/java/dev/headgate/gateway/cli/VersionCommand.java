package dev.headgate.gateway.cli;

import picocli.CommandLine.Command;

/// `headgate version`.
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Runnable {
  @Override
  public void run() {
    System.out.println("headgate " + Version.text() + " (Java " + Runtime.version() + ")");
  }
}
