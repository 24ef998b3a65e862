package dev.headgate.pipeline.credentials;

import dev.headgate.config.BasicClientAuthConfig;
import dev.headgate.config.Secret;
import dev.headgate.pipeline.files.FileWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A user and password as the value of an `Authorization` header (RFC 7617).
///
/// **Threading:** any thread.
///
/// **Ownership:** watches files until it is closed.
public final class BasicCredentials implements AutoCloseable {
  private final BasicClientAuthConfig config;
  private final FileWatch.Watched watched;
  private volatile Secret value = new Secret("");

  /// @throws IOException when a file cannot be read or is empty
  public BasicCredentials(BasicClientAuthConfig config, FileWatch files) throws IOException {
    this.config = config;
    List<Path> paths = new ArrayList<>();
    if (config.usernameFile() != null) {
      paths.add(config.usernameFile());
    }
    if (config.passwordFile() != null) {
      paths.add(config.passwordFile());
    }
    watched = files.watch("basicauth", paths, FileWatch.USUAL_INTERVAL, this::use);
  }

  private void use(List<byte[]> contents) throws IOException {
    Iterator<byte[]> read = contents.iterator();
    String user = text(config.usernameFile(), read, config.username());
    Secret password = config.password();
    String secret = text(config.passwordFile(), read, password == null ? "" : password.reveal());
    if (user.indexOf(':') >= 0) {
      throw new IOException("basicauth: the user's name has a colon (expected: none)");
    }
    byte[] pair = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
    value = new Secret("Basic " + Base64.getEncoder().encodeToString(pair));
  }

  private static String text(@Nullable Path file, Iterator<byte[]> read, String otherwise)
      throws IOException {
    if (file == null) {
      return otherwise;
    }
    String text = new String(read.next(), StandardCharsets.UTF_8).strip();
    if (text.isEmpty()) {
      throw new IOException("basicauth: " + file + ": empty (expected: a text)");
    }
    return text;
  }

  /// The header's value now.
  public Secret value() {
    return value;
  }

  @Override
  public void close() {
    watched.close();
  }
}
