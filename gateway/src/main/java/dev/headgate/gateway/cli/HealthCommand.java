package dev.headgate.gateway.cli;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;

/// `headgate health`: asks a gateway on this machine whether it takes data. For the health check of
/// a container, so it needs nothing but the JVM.
final class HealthCommand {
  private static final String READY = "http://127.0.0.1:8888/readyz";
  private static final String VARIABLE = "HEADGATE_HEALTH_URL";
  private static final CliOption URL =
      new CliOption(
          "--url", "", "URL", "What to ask (default: $" + VARIABLE + ", or " + READY + ").");
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
    String url = arguments.last(URL, System.getenv().getOrDefault(VARIABLE, READY));
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
