package dev.headgate.config;

/// The id of a component as written in the configuration: `type` or `type/name`.
///
/// @param type the component's type, for example `otlphttp`
/// @param name the part behind the slash, empty when there is none
public record ComponentId(String type, String name) {
  /// Reads `type` or `type/name`; both parts are trimmed as the Collector does.
  public static ComponentId parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new ComponentId(text.strip(), "")
        : new ComponentId(text.substring(0, slash).strip(), text.substring(slash + 1).strip());
  }

  @Override
  public String toString() {
    return name.isEmpty() ? type : type + "/" + name;
  }
}
