package dev.headgate.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The `include` or `exclude` of an `attributes` processor: properties of an item, all of which
/// must hold.
///
/// @param match how texts are compared
/// @param services one of them is the resource's `service.name`
/// @param spanNames one of them is the span's name
/// @param spanKinds one of them is the span's kind, such as `SPAN_KIND_SERVER`
/// @param logBodies one of them is the record's body as text
/// @param logSeverityTexts one of them is the record's severity text
/// @param logSeverity the record's severity number, or null
/// @param metricNames one of them is the metric's name
/// @param attributes all of them are the item's
/// @param resources all of them are the resource's
/// @param libraries all of them are the instrumentation scope
public record MatchProperties(
    MatchType match,
    List<String> services,
    List<String> spanNames,
    List<String> spanKinds,
    List<String> logBodies,
    List<String> logSeverityTexts,
    @Nullable Severity logSeverity,
    List<String> metricNames,
    List<Attribute> attributes,
    List<Attribute> resources,
    List<Library> libraries) {
  private static final Set<String> OF_SPANS =
      Set.of("services", "span_names", "span_kinds", "attributes", "resources", "libraries");
  private static final Set<String> OF_LOGS =
      Set.of(
          "log_bodies",
          "log_severity_texts",
          "log_severity_number",
          "attributes",
          "resources",
          "libraries");
  private static final Set<String> OF_METRICS = Set.of("metric_names", "resources");

  /// Copies the lists.
  public MatchProperties {
    services = List.copyOf(services);
    spanNames = List.copyOf(spanNames);
    spanKinds = List.copyOf(spanKinds);
    logBodies = List.copyOf(logBodies);
    logSeverityTexts = List.copyOf(logSeverityTexts);
    metricNames = List.copyOf(metricNames);
    attributes = List.copyOf(attributes);
    resources = List.copyOf(resources);
    libraries = List.copyOf(libraries);
  }

  /// How texts are compared.
  public enum MatchType {
    /// They are equal.
    STRICT,
    /// The pattern is found.
    REGEXP
  }

  /// A severity number.
  ///
  /// @param min the least that matches
  /// @param matchUndefined whether a record without one matches
  public record Severity(int min, boolean matchUndefined) {}

  /// An attribute.
  ///
  /// @param value its value (a text, with [MatchType#REGEXP] a pattern), or null for any
  public record Attribute(String key, @Nullable AttributeValue value) {}

  /// An instrumentation scope.
  ///
  /// @param version null for any, empty for none
  public record Library(String name, @Nullable String version) {}

  /// The keys that have a value.
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    addIf(keys, !services.isEmpty(), "services");
    addIf(keys, !spanNames.isEmpty(), "span_names");
    addIf(keys, !spanKinds.isEmpty(), "span_kinds");
    addIf(keys, !logBodies.isEmpty(), "log_bodies");
    addIf(keys, !logSeverityTexts.isEmpty(), "log_severity_texts");
    addIf(keys, logSeverity != null, "log_severity_number");
    addIf(keys, !metricNames.isEmpty(), "metric_names");
    addIf(keys, !attributes.isEmpty(), "attributes");
    addIf(keys, !resources.isEmpty(), "resources");
    addIf(keys, !libraries.isEmpty(), "libraries");
    return keys;
  }

  private static void addIf(List<String> keys, boolean given, String key) {
    if (given) {
      keys.add(key);
    }
  }

  /// The keys with a value that a signal does not have; the Collector refuses them there too.
  public List<String> foreignKeys(Signal signal) {
    Set<String> known =
        switch (signal) {
          case TRACES -> OF_SPANS;
          case LOGS -> OF_LOGS;
          case METRICS -> OF_METRICS;
        };
    return keys().stream().filter(key -> !known.contains(key)).toList();
  }
}
