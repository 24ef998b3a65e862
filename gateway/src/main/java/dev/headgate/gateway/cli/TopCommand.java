package dev.headgate.gateway.cli;

import dev.headgate.gateway.readback.JsonValue;
import dev.headgate.gateway.top.AdminApi;
import dev.headgate.gateway.top.Screen;
import dev.headgate.pipeline.log.ForeignText;
import java.io.Console;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// `headgate top`: the operator's overview in a terminal, again and again.
final class TopCommand {
  private static final CliOption EVERY =
      new CliOption("--every", "", "SECONDS", "How long between two looks (default: 2).");
  private static final CliOption ONCE = new CliOption("--once", "", "", "Looks once and ends.");

  static final Command COMMAND =
      new Command(
          "top",
          "",
          "Show how a gateway does: rates, queues, incidents.",
          List.of(AdminOptions.URL, AdminOptions.TOKEN_FILE, EVERY, ONCE),
          TopCommand::run);

  private static final int MAX_PROBLEM_CHARS = 400;
  private static final String CLEAR = "\u001b[H\u001b[2J\u001b[3J";

  private TopCommand() {}

  private static int run(Arguments arguments) throws UsageException, InterruptedException {
    AdminApi api = AdminOptions.api(arguments);
    Duration every = arguments.seconds(EVERY, 2);
    boolean once = arguments.has(ONCE);
    boolean terminal = isTerminal();
    while (true) {
      String screen;
      try {
        screen =
            Screen.of(
                JsonValue.parseObject(api.get("/admin/ops/overview", Map.of(), Duration.ZERO)));
      } catch (IOException e) {
        String problem =
            "headgate: " + ForeignText.line(String.valueOf(e.getMessage()), MAX_PROBLEM_CHARS);
        // A gateway that restarts is worth waiting for where somebody watches.
        if (once || !terminal) {
          System.err.println(problem);
          return Headgate.FAILURE;
        }
        screen = problem + "\n";
      }
      System.out.print(terminal && !once ? CLEAR + screen : screen);
      if (once) {
        return System.out.checkError() ? Headgate.FAILURE : 0;
      }
      if (!terminal) {
        System.out.println();
      }
      if (System.out.checkError()) {
        // Nobody looks any more, as in `headgate top | head`.
        return 0;
      }
      Thread.sleep(every);
    }
  }

  /// A runtime without the module of the console has none, whatever newer ones promise.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
