package dev.headgate.gateway.admin;

import dev.headgate.pipeline.files.FileWatch;
import dev.headgate.pipeline.files.WatchedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// The tokens of one client: the first word of each line of a file, of which only hashes are kept.
/// What the file does not say does not count: no file is no token, and a line that can be no token
/// is none.
///
/// **Threading:** any thread; changes come on the watch's.
///
/// **Ownership:** watches the file until it is closed.
final class TokenFile implements AutoCloseable {
  /// What can be guessed is no token.
  private static final int LEAST_CHARS = 16;

  private static final int MOST_PROBLEMS = 10;
  private static final String KEY = "token_file";

  private final Path file;
  private final Runnable onChange;
  private final FileWatch.Watched watched;
  private volatile Content content = new Content(Set.of(), List.of());

  /// What a file says.
  ///
  /// @param hashes of its tokens
  /// @param problems what is wrong with it and where, and not a word of what stands there
  record Content(Set<String> hashes, List<String> problems) {}

  /// @param onChange is run whenever another content has come into use
  /// @throws IOException when the file cannot be read or has a line that is no token
  TokenFile(Path file, FileWatch files, Runnable onChange) throws IOException {
    this.file = file;
    this.onChange = onChange;
    watched = files.watch(KEY, List.of(file), FileWatch.USUAL_INTERVAL, new Use());
  }

  /// What it says now.
  Content content() {
    return content;
  }

  /// Whether a token is one of these; takes as long for any that is not.
  boolean holds(String hash) {
    byte[] shown = hash.getBytes(StandardCharsets.US_ASCII);
    boolean known = false;
    for (String own : content.hashes()) {
      known |= MessageDigest.isEqual(own.getBytes(StandardCharsets.US_ASCII), shown);
    }
    return known;
  }

  /// A token as it is kept and compared.
  static String hash(String token) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", e);
    }
  }

  @Override
  public void close() {
    watched.close();
  }

  /// Reads the lines that are tokens, and returns what is wrong with the others.
  private List<String> read(byte[] bytes, Set<String> hashes) {
    List<String> problems = new ArrayList<>();
    String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\\R", -1);
    for (int i = 0; i < lines.length; i++) {
      String token = lines[i].strip().split("\\s", 2)[0];
      if (token.length() >= LEAST_CHARS && token.chars().allMatch(c -> c > ' ' && c <= '~')) {
        hashes.add(hash(token));
      } else if (!token.isEmpty() && problems.size() < MOST_PROBLEMS) {
        problems.add(
            "%s: %s:%d: a token that is too short or fits into no header (expected: at least %d characters of printable ASCII)"
                .formatted(KEY, file, i + 1, LEAST_CHARS));
      }
    }
    return List.copyOf(problems);
  }

  private String noToken() {
    return KEY + ": " + file + ": empty (expected: a token a line)";
  }

  private final class Use implements WatchedFiles.Use {
    private boolean first = true;

    /// Strict the first time only: that is when whoever wrote the file looks.
    @Override
    public void accept(List<byte[]> contents) throws IOException {
      Set<String> hashes = new HashSet<>();
      List<String> bad = read(contents.getFirst(), hashes);
      if (first && !bad.isEmpty()) {
        throw new IOException(bad.getFirst());
      }
      first = false;
      put(new Content(hashes, hashes.isEmpty() && bad.isEmpty() ? List.of(noToken()) : bad));
    }

    @Override
    public void lost(IOException why) {
      String reason = Objects.requireNonNullElse(why.getMessage(), KEY + ": " + file);
      put(new Content(Set.of(), List.of(reason)));
    }

    private void put(Content next) {
      if (!next.equals(content)) {
        content = next;
        onChange.run();
      }
    }
  }
}
