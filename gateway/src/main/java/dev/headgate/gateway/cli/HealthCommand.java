package dev.headgate.gateway.cli;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// `headgate health`: asks a gateway on this machine whether it takes data. For the health check of
/// a container, so it needs nothing but the JVM.
final class HealthCommand {
  private static final String VARIABLE = "HEADGATE_HEALTH_URL";

  /** The variable of `deploy/config/production.yaml`. */
  private static final String PORT_VARIABLE = "HEADGATE_ADMIN_PORT";

  private static final CliOption URL =
      new CliOption(
          "--url",
          "",
          "URL",
          "What to ask (default: $"
              + VARIABLE
              + ", or /readyz at port $"
              + PORT_VARIABLE
              + ", 8888).");
  private static final CliOption TIMEOUT =
      new CliOption("--timeout", "", "N", "Seconds to wait for an answer (default: 3).");

  static final Command COMMAND =
      new Command(
          "health",
          "",
          "Ask a running gateway whether it takes data; exit code 0 if so, else 1.",
          List.of(URL, TIMEOUT),
          HealthCommand::run);

  private HealthCommand() {}

  private static int run(Arguments arguments) throws UsageException {
    String url = arguments.last(URL, defaultUrl(System.getenv()));
    Duration timeout = arguments.seconds(TIMEOUT, 3);
    try {
      int status = ask(url, (int) timeout.toMillis());
      if (status == HttpURLConnection.HTTP_OK) {
        System.out.println("healthy: " + url);
        return 0;
      }
      System.err.println("headgate: " + url + ": HTTP " + status + " (expected: 200)");
    } catch (IOException e) {
      System.err.println("headgate: " + url + ": no answer: " + e.getMessage());
    }
    return Headgate.FAILURE;
  }

  static String defaultUrl(Map<String, String> environment) {
    String port = environment.getOrDefault(PORT_VARIABLE, "8888");
    return environment.getOrDefault(VARIABLE, "http://127.0.0.1:" + port + "/readyz");
  }

  private static int ask(String url, int timeoutMillis) throws IOException, UsageException {
    HttpURLConnection connection;
    try {
      URI uri = new URI(url);
      if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
        throw notUrl(url);
      }
      connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    } catch (URISyntaxException e) {
      throw notUrl(url);
    }
    connection.setConnectTimeout(timeoutMillis);
    connection.setReadTimeout(timeoutMillis);
    connection.setInstanceFollowRedirects(false);
    try {
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }

  private static UsageException notUrl(String url) {
    return new UsageException(
        "--url or " + VARIABLE + ": " + url + " (expected: http://HOST:PORT/PATH)");
  }
}
