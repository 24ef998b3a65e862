package dev.headgate.gateway.cli;

import dev.headgate.config.load.ConfigReference;
import java.util.List;

/// `headgate components`.
final class ComponentsCommand {
  static final Command COMMAND =
      new Command(
          "components",
          "",
          "List the components that a configuration may use.",
          List.of(),
          ComponentsCommand::run);

  private ComponentsCommand() {}

  private static int run(Arguments arguments) {
    ConfigReference.components()
        .forEach((section, types) -> {
          System.out.println(section + ":");
          types.forEach(type -> System.out.println("  " + type));
        });
    return 0;
  }
}
