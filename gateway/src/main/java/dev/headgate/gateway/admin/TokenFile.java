package dev.headgate.gateway.admin;

import dev.headgate.pipeline.files.FileWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/// The tokens of one client: the first word of each line of a file, of which only hashes are kept.
///
/// **Threading:** any thread.
///
/// **Ownership:** watches the file until it is closed.
final class TokenFile implements AutoCloseable {
  /// What can be guessed is no token.
  private static final int LEAST_CHARS = 16;

  private final Path file;
  private final FileWatch.Watched watched;
  private volatile List<byte[]> hashes = List.of();

  /// @throws IOException when the file cannot be read or holds no token
  TokenFile(Path file, FileWatch files) throws IOException {
    this.file = file;
    watched =
        files.watch(
            "service.telemetry.admin",
            List.of(file),
            FileWatch.USUAL_INTERVAL,
            contents -> hashes = hashes(contents.getFirst()));
  }

  private List<byte[]> hashes(byte[] content) throws IOException {
    List<byte[]> found = new ArrayList<>();
    for (String line : new String(content, StandardCharsets.UTF_8).split("\\R", -1)) {
      String token = line.strip().split("\\s", 2)[0];
      if (token.isEmpty()) {
        continue;
      }
      if (token.length() < LEAST_CHARS || !token.chars().allMatch(c -> c > ' ' && c <= '~')) {
        throw new IOException(
            file
                + ": a token that is too short or fits into no header (expected: at least "
                + LEAST_CHARS
                + " characters of printable ASCII)");
      }
      found.add(hash(token));
    }
    if (found.isEmpty()) {
      throw new IOException(file + ": empty (expected: a token a line)");
    }
    return List.copyOf(found);
  }

  /// A token as it is kept and compared.
  static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", e);
    }
  }

  /// Whether a token is one of these; takes as long for any that is not.
  boolean holds(byte[] hash) {
    boolean known = false;
    for (byte[] own : hashes) {
      known |= MessageDigest.isEqual(own, hash);
    }
    return known;
  }

  @Override
  public void close() {
    watched.close();
  }
}
