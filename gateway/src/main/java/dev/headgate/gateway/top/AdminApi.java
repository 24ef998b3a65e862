package dev.headgate.gateway.top;

import dev.headgate.pipeline.log.ForeignText;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The operator's API of a gateway, seen by a client.
///
/// **Threading:** confined to one thread.
public final class AdminApi {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_REASON_CHARS = 200;

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
  /// @param extraSeconds how much longer than usual the answer may take
  /// @throws IOException when there is no answer, or one that is not 200
  public byte[] get(String path, int extraSeconds) throws IOException {
    URI uri = URI.create(base.toString().replaceFirst("/+$", "") + path);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    // The token is for this address and for no other.
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS + extraSeconds * 1000);
    if (tokenFile != null) {
      connection.setRequestProperty("Authorization", "Bearer " + token(tokenFile));
    }
    try {
      int status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_OK) {
        return read(connection.getInputStream());
      }
      InputStream error = connection.getErrorStream();
      String reason = error == null ? "" : new String(read(error), StandardCharsets.UTF_8).strip();
      throw new IOException(uri + ": " + status + " " + ForeignText.line(reason, MAX_REASON_CHARS));
    } finally {
      connection.disconnect();
    }
  }

  private static String token(Path file) throws IOException {
    try {
      return Files.readString(file).strip().split("\\s", 2)[0];
    } catch (IOException e) {
      throw new IOException(file + ": cannot be read (" + e.getClass().getSimpleName() + ")", e);
    }
  }

  private static byte[] read(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new IOException("answer: larger than " + MAX_BYTES + " bytes");
    }
    return bytes;
  }
}
