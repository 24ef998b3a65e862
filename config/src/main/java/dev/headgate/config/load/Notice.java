package dev.headgate.config.load;

/// Something in a valid configuration that an operator should know, such as a key without effect.
///
/// @param file the source's name
/// @param line the line in it, from 1; 0 = unknown
/// @param path the key
/// @param message what it is; never a secret
public record Notice(String file, int line, String path, String message) {
  static Notice at(Mark mark, String path, String message) {
    return new Notice(mark.file(), mark.line(), path, message);
  }

  /// `file:line: path: message`.
  @Override
  public String toString() {
    return Mark.describe(file, line, path, message);
  }
}
