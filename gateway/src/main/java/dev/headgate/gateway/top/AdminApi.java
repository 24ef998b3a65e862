package dev.headgate.gateway.top;

import dev.headgate.gateway.readback.HttpCalls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The operator's API of a gateway, seen by a client.
///
/// **Threading:** immutable; any thread.
public final class AdminApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final URI base;
  private final @Nullable Path tokenFile;

  /// @param base where the gateway's `/metrics` are, without the path
  /// @param tokenFile whose first word is the token, read for each request; null = none
  public AdminApi(URI base, @Nullable Path tokenFile) {
    this.base = base;
    this.tokenFile = tokenFile;
  }

  /// What a path answers.
  ///
  /// @param path begins with a slash
  /// @param query values by their names, not encoded
  /// @param extra how much longer than usual the answer may take
  /// @throws IOException when there is no answer, or one that is not 200
  public byte[] get(String path, Map<String, String> query, Duration extra) throws IOException {
    Map<String, String> headers =
        tokenFile == null ? Map.of() : Map.of("Authorization", "Bearer " + token(tokenFile));
    URI uri = HttpCalls.below(base, path, query);
    return new HttpCalls(TIMEOUT.plus(extra), headers).body(uri, "*/*");
  }

  private static String token(Path file) throws IOException {
    try {
      return Files.readString(file).strip().split("\\s", 2)[0];
    } catch (IOException e) {
      throw new IOException(file + ": cannot be read (" + e.getClass().getSimpleName() + ")", e);
    }
  }
}
