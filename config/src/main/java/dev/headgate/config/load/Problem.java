package dev.headgate.config.load;

/// One thing that is wrong with a configuration.
///
/// @param file the source's name
/// @param line the line in it, from 1; 0 = unknown
/// @param path the key, such as `exporters.otlp.timeout`; empty = the whole text
/// @param message what is wrong and what was expected; never a secret
public record Problem(String file, int line, String path, String message) {
  static Problem at(Mark mark, String path, String message) {
    return new Problem(mark.file(), mark.line(), path, message);
  }

  /// `file:line: path: message`.
  @Override
  public String toString() {
    return Mark.describe(file, line, path, message);
  }
}
