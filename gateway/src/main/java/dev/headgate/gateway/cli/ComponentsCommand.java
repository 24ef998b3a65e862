package dev.headgate.gateway.cli;

import dev.headgate.config.load.ConfigReference;
import picocli.CommandLine.Command;

/// `headgate components`.
@Command(name = "components", description = "List the components that a configuration may use.")
final class ComponentsCommand implements Runnable {
  @Override
  public void run() {
    ConfigReference.components()
        .forEach((section, types) -> {
          System.out.println(section + ":");
          types.forEach(type -> System.out.println("  " + type));
        });
  }
}
