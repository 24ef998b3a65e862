package dev.headgate.config.load;

/// A place in a source.
///
/// @param line from 1; 0 = no line
record Mark(String file, int line) {
  static String describe(String file, int line, String path, String message) {
    StringBuilder text = new StringBuilder(file);
    if (line > 0) {
      text.append(':').append(line);
    }
    text.append(": ");
    if (!path.isEmpty()) {
      text.append(path).append(": ");
    }
    return text.append(message).toString();
  }
}
