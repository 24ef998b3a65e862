package dev.headgate.config;

/// A configured text that is never shown: headers, keys and passwords.
public record Secret(String reveal) {
  @Override
  public String toString() {
    return "***";
  }
}
