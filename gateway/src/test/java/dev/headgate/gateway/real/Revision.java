package dev.headgate.gateway.real;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a tree was made from, as `test/image/build` writes it into an image's label.
final class Revision {
  /// The label of an image.
  static final String LABEL = "org.opencontainers.image.revision";

  /// Behind the commit of a tree that is changed: which change it is it does not say.
  static final String CHANGED = "-dirty";

  private static final List<String> QUESTION =
      List.of("git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*");

  private Revision() {}

  /// The commit of a tree, with `-dirty` behind it if files that git knows differ from it. Nothing
  /// where git does not say.
  static Optional<String> of(Path tree) {
    try {
      Process git = new ProcessBuilder(QUESTION).directory(tree.toFile()).start();
      String answer = new String(git.getInputStream().readAllBytes(), UTF_8).strip();
      return git.onExit().join().exitValue() == 0 ? Optional.of(answer) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
