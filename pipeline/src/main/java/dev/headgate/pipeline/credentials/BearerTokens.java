package dev.headgate.pipeline.credentials;

import dev.headgate.config.BearerTokenAuthConfig;
import dev.headgate.config.Secret;
import dev.headgate.pipeline.files.FileWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The tokens of a `bearertokenauth` extension as they stand in the header: behind the scheme.
///
/// **Threading:** any thread.
///
/// **Ownership:** watches a file until it is closed.
public final class BearerTokens implements AutoCloseable {
  private final String prefix;
  private final FileWatch.Watched watched;
  private volatile List<Secret> values = List.of();

  /// @throws IOException when the file cannot be read or holds no token
  public BearerTokens(BearerTokenAuthConfig config, FileWatch files) throws IOException {
    this.prefix = config.scheme().isEmpty() ? "" : config.scheme() + " ";
    Path file = config.filename();
    if (file == null) {
      values = config.tokens().stream().map(token -> value(token.reveal())).toList();
      watched = () -> {};
    } else {
      watched =
          files.watch(
              "bearertokenauth",
              List.of(file),
              FileWatch.USUAL_INTERVAL,
              contents -> values = tokens(contents.getFirst(), file));
    }
  }

  /// The first word of each line is a token; the rest of the line is a comment.
  private List<Secret> tokens(byte[] content, Path file) throws IOException {
    List<Secret> tokens = new ArrayList<>();
    for (String line : new String(content, StandardCharsets.UTF_8).split("\\R", -1)) {
      String text = line.strip();
      int end = 0;
      while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
        end++;
      }
      String token = text.substring(0, end);
      if (!token.chars().allMatch(c -> c > ' ' && c <= '~')) {
        throw new IOException(
            "bearertokenauth: "
                + file
                + ": a token that fits into no header (expected: printable ASCII)");
      }
      if (!token.isEmpty()) {
        tokens.add(value(token));
      }
    }
    if (tokens.isEmpty()) {
      throw new IOException("bearertokenauth: " + file + ": empty (expected: a token a line)");
    }
    return List.copyOf(tokens);
  }

  private Secret value(String token) {
    return new Secret(prefix + token);
  }

  /// The values that the header may have, at least one.
  public List<Secret> values() {
    return values;
  }

  @Override
  public void close() {
    watched.close();
  }
}
