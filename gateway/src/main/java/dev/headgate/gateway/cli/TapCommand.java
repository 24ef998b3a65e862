package dev.headgate.gateway.cli;

import dev.headgate.gateway.top.AdminApi;
import dev.headgate.pipeline.log.ForeignText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `headgate tap`: a sample of what leaves the chain, as JSON lines.
final class TapCommand {
  private static final CliOption SIGNAL =
      new CliOption("--signal", "", "SIGNAL", "Only traces, logs or metrics.");
  private static final CliOption SERVICE =
      new CliOption("--service", "", "NAME", "Only of this service.name.");
  private static final CliOption LIMIT =
      new CliOption("--limit", "", "N", "How many items, 100 at most (default: 10).");
  private static final Duration LONGEST = Duration.ofSeconds(5);

  static final Command COMMAND =
      new Command(
          "tap",
          "",
          "Show a few items that a gateway is about to deliver; needs the role admin.",
          List.of(AdminOptions.URL, AdminOptions.TOKEN_FILE, SIGNAL, SERVICE, LIMIT),
          TapCommand::run);

  private TapCommand() {}

  private static int run(Arguments arguments) throws UsageException {
    AdminApi api = AdminOptions.api(arguments);
    Map<String, String> query = new LinkedHashMap<>();
    for (CliOption option : List.of(SIGNAL, SERVICE, LIMIT)) {
      String value = arguments.last(option, "");
      if (!value.isEmpty()) {
        query.put(option.name().substring(2), value);
      }
    }
    try {
      byte[] lines = api.get("/admin/tap", query, LONGEST);
      System.out.print(ForeignText.json(new String(lines, StandardCharsets.UTF_8)));
      if (lines.length == 0) {
        System.err.println("headgate: nothing came by in " + LONGEST.toSeconds() + " s");
      }
      return System.out.checkError() ? Headgate.FAILURE : 0;
    } catch (IOException e) {
      System.err.println("headgate: " + e.getMessage());
      return Headgate.FAILURE;
    }
  }
}
