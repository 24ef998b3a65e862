package dev.headgate.gateway.cli;

import dev.headgate.gateway.smoke.Smoke;
import dev.headgate.gateway.smoke.SmokeReport;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `headgate smoke`: whether what enters a gateway arrives, and what must not arrive does not.
final class SmokeCommand {
  private static final CliOption TEMPO =
      new CliOption("--tempo", "", "URL", "Where Tempo is asked, such as http://tempo:3200.");
  private static final CliOption LOKI =
      new CliOption("--loki", "", "URL", "Where Loki is asked, such as http://loki:3100.");
  private static final CliOption MIMIR =
      new CliOption(
          "--mimir", "", "URL", "Where Mimir or Prometheus is asked, such as http://mimir:9009.");
  private static final CliOption GATEWAY =
      new CliOption(
          "--gateway",
          "",
          "URL",
          "Where the gateway takes OTLP/HTTP (default: http://localhost:4318).");
  private static final CliOption TENANT =
      new CliOption("--tenant", "", "NAME", "In whose name to send and to ask (default: none).");
  private static final CliOption TIMEOUT =
      new CliOption("--timeout", "", "N", "Seconds in which all has to arrive (default: 60).");
  private static final CliOption BUDGET =
      new CliOption(
          "--series-budget", "", "N", "Most series of a metric of a service (default: 100).");
  private static final CliOption OUTPUT =
      new CliOption("--output", "", "text|json", "How to report (default: text).");

  static final Command COMMAND =
      new Command(
          "smoke",
          "",
          "Send a marked trace, log and metric through a gateway and look for them in the"
              + " backends.",
          List.of(TEMPO, LOKI, MIMIR, GATEWAY, TENANT, TIMEOUT, BUDGET, OUTPUT),
          SmokeCommand::run);

  private SmokeCommand() {}

  private static int run(Arguments arguments) throws UsageException, InterruptedException {
    URI tempo = url(arguments, TEMPO, "");
    URI loki = url(arguments, LOKI, "");
    URI mimir = url(arguments, MIMIR, "");
    if (tempo == null && loki == null && mimir == null) {
      throw new UsageException("smoke: no backend (expected: --tempo, --loki or --mimir)");
    }
    boolean json = isJson(arguments.last(OUTPUT, "text"));
    Smoke.Settings settings =
        new Smoke.Settings(
            Objects.requireNonNull(url(arguments, GATEWAY, "http://localhost:4318")),
            tempo,
            loki,
            mimir,
            arguments.last(TENANT, ""),
            arguments.seconds(TIMEOUT, 60),
            budget(arguments.last(BUDGET, "100")));
    SmokeReport report = new Smoke(settings).run();
    System.out.print(json ? report.json() : report.text());
    return report.passed() ? 0 : Headgate.FAILURE;
  }

  private static @Nullable URI url(Arguments arguments, CliOption option, String otherwise)
      throws UsageException {
    String text = arguments.last(option, otherwise);
    if (text.isEmpty() && arguments.all(option).isEmpty()) {
      return null;
    }
    try {
      URI uri = new URI(text);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (web && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw notUrl(option, text);
    }
    throw notUrl(option, text);
  }

  private static UsageException notUrl(CliOption option, String text) {
    return new UsageException(option.name() + ": " + text + " (expected: http://HOST:PORT)");
  }

  private static boolean isJson(String output) throws UsageException {
    return switch (output) {
      case "json" -> true;
      case "text" -> false;
      default ->
          throw new UsageException(OUTPUT.name() + ": " + output + " (expected: text or json)");
    };
  }

  private static int budget(String text) throws UsageException {
    try {
      int budget = Integer.parseInt(text);
      if (budget > 0) {
        return budget;
      }
    } catch (NumberFormatException e) {
      throw notBudget(text);
    }
    throw notBudget(text);
  }

  private static UsageException notBudget(String text) {
    return new UsageException(
        BUDGET.name() + ": " + text + " (expected: a whole number, 1 or more)");
  }
}
