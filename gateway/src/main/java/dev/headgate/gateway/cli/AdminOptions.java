package dev.headgate.gateway.cli;

import dev.headgate.gateway.top.AdminApi;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/// The options that name a running gateway and who asks it.
final class AdminOptions {
  static final CliOption URL =
      new CliOption(
          "--url", "", "URL", "Where /metrics is served (default: http://127.0.0.1:8888).");
  static final CliOption TOKEN_FILE =
      new CliOption("--token-file", "", "FILE", "File whose first word is the bearer token.");

  private AdminOptions() {}

  /// The gateway that the options name.
  ///
  /// @throws UsageException when a value is not what the option expects
  static AdminApi api(Arguments arguments) throws UsageException {
    String text = arguments.last(URL, "http://127.0.0.1:8888");
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw notUrl(text);
    }
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
      throw notUrl(text);
    }
    String file = arguments.last(TOKEN_FILE, "");
    Path tokenFile = file.isEmpty() ? null : arguments.path(TOKEN_FILE, file);
    return new AdminApi(uri, tokenFile);
  }

  private static UsageException notUrl(String text) {
    return new UsageException(URL.name() + ": " + text + " (expected: http://host:port)");
  }
}
