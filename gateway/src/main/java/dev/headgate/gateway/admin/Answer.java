package dev.headgate.gateway.admin;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What a page answers.
///
/// @param headers besides the content type
public record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
  /// Without further headers.
  public Answer(int status, String contentType, byte[] body) {
    this(status, contentType, body, Map.of());
  }

  /// Lines of text.
  public static Answer text(int status, String lines) {
    return new Answer(status, "text/plain; charset=utf-8", utf8(lines + "\n"));
  }

  /// JSON.
  public static Answer json(int status, String json) {
    return new Answer(status, "application/json", utf8(json));
  }

  /// The same with one more header.
  Answer with(String name, String value) {
    return new Answer(status, contentType, body, Map.of(name, value));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
