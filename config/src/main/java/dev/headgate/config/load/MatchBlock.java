package dev.headgate.config.load;

import dev.headgate.config.AttributeValue;
import dev.headgate.config.MatchProperties;
import dev.headgate.config.MatchProperties.MatchType;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `include` and `exclude` of the `attributes` processor.
final class MatchBlock {
  private static final ListType<String> TEXTS = ListType.ofNames(Types.TEXT, "texts or patterns");

  /// The kinds that `match_type: strict` may name, as in the Collector.
  private static final Set<String> SPAN_KINDS_KNOWN =
      Set.of(
          "SPAN_KIND_INTERNAL",
          "SPAN_KIND_SERVER",
          "SPAN_KIND_CLIENT",
          "SPAN_KIND_PRODUCER",
          "SPAN_KIND_CONSUMER");

  private static final Key<MatchType> MATCH_TYPE =
      Key.optional(
          "match_type",
          Types.choiceOf(MatchType.class),
          "required",
          "how texts are compared; not required where none are");
  private static final Key<Boolean> REGEXP =
      Key.optional(
          "regexp",
          Block.of(_ -> Boolean.TRUE)
              .harmless(
                  "recent answers are always kept, a bounded number",
                  "cacheenabled",
                  "cachemaxnumentries"),
          "none",
          "");
  private static final Key<List<String>> SERVICES = texts("services", "spans: `service.name`");
  private static final Key<List<String>> SPAN_NAMES = texts("span_names", "spans: the name");
  private static final Key<List<String>> SPAN_KINDS =
      texts("span_kinds", "spans: the kind, such as `SPAN_KIND_SERVER`");
  private static final Key<List<String>> LOG_BODIES =
      texts("log_bodies", "log records: the body as text");
  private static final Key<List<String>> LOG_SEVERITY_TEXTS =
      texts("log_severity_texts", "log records: the severity text");
  private static final Key<List<String>> METRIC_NAMES = texts("metric_names", "metrics: the name");

  private static final Key<Integer> MIN =
      Key.of("min", Types.integer(0, 24), 0, "the least that matches");
  private static final Key<Boolean> MATCH_UNDEFINED =
      Key.of("match_undefined", Types.BOOL, false, "whether records without one match");
  private static final Key<MatchProperties.Severity> LOG_SEVERITY_NUMBER =
      Key.optional(
          "log_severity_number",
          Block.of(
              v -> new MatchProperties.Severity(v.get(MIN), v.get(MATCH_UNDEFINED)),
              MIN,
              MATCH_UNDEFINED),
          "none",
          "log records: the severity number");

  private static final Key<String> ATTRIBUTE_KEY =
      Key.required("key", Types.NAME, "the attribute that must be there");
  private static final Key<AttributeValue> ATTRIBUTE_VALUE =
      Key.optional(
          "value",
          AttributeValueType.VALUE,
          "any",
          "its value, of the same type; with regexp a pattern for texts, numbers and booleans");
  private static final ListType<MatchProperties.Attribute> ATTRIBUTE_LIST =
      ListType.of(
          Block.of(
              v -> new MatchProperties.Attribute(v.get(ATTRIBUTE_KEY), v.find(ATTRIBUTE_VALUE)),
              ATTRIBUTE_KEY,
              ATTRIBUTE_VALUE),
          "attributes");
  private static final Key<List<MatchProperties.Attribute>> ATTRIBUTES =
      Key.of("attributes", ATTRIBUTE_LIST, List.of(), "spans, log records: all of these");
  private static final Key<List<MatchProperties.Attribute>> RESOURCES =
      Key.of(
          "resources",
          ATTRIBUTE_LIST,
          List.of(),
          "spans, log records: all of these are the resource's; without effect on metrics, as in"
              + " the Collector");

  private static final Key<String> LIBRARY_NAME =
      Key.of("name", Types.TEXT, "", "name of the instrumentation scope");
  private static final Key<String> LIBRARY_VERSION =
      Key.optional("version", Types.TEXT, "any", "its version; empty = none");
  private static final Key<List<MatchProperties.Library>> LIBRARIES =
      Key.of(
          "libraries",
          ListType.of(
              Block.of(
                  v -> new MatchProperties.Library(v.get(LIBRARY_NAME), v.find(LIBRARY_VERSION)),
                  LIBRARY_NAME,
                  LIBRARY_VERSION),
              "libraries"),
          List.of(),
          "spans, log records: all of these are the instrumentation scope");

  static final Block<MatchProperties> BLOCK =
      Block.of(
          MatchBlock::properties,
          MATCH_TYPE,
          REGEXP,
          SERVICES,
          SPAN_NAMES,
          SPAN_KINDS,
          LOG_BODIES,
          LOG_SEVERITY_TEXTS,
          LOG_SEVERITY_NUMBER,
          METRIC_NAMES,
          ATTRIBUTES,
          RESOURCES,
          LIBRARIES);

  private MatchBlock() {}

  private static Key<List<String>> texts(String name, String meaning) {
    return Key.of(name, TEXTS, List.of(), meaning + " is one of these");
  }

  private static MatchProperties properties(Values v) {
    MatchType type = v.find(MATCH_TYPE);
    MatchProperties properties =
        new MatchProperties(
            type == null ? MatchType.STRICT : type,
            v.get(SERVICES),
            v.get(SPAN_NAMES),
            v.get(SPAN_KINDS),
            v.get(LOG_BODIES),
            v.get(LOG_SEVERITY_TEXTS),
            v.find(LOG_SEVERITY_NUMBER),
            v.get(METRIC_NAMES),
            v.get(ATTRIBUTES),
            v.get(RESOURCES),
            v.get(LIBRARIES));
    if (properties.keys().isEmpty()) {
      v.place().problem(v.mark(MATCH_TYPE), "nothing to match (expected: at least one property)");
    } else if (type == null && comparesTexts(properties)) {
      v.problem(MATCH_TYPE, "missing (expected: " + MATCH_TYPE.type().title() + ")");
    } else if (type == MatchType.REGEXP) {
      checkPatterns(v, properties);
    } else {
      checkKinds(v);
    }
    return properties;
  }

  private static boolean comparesTexts(MatchProperties properties) {
    List<String> other = List.of("attributes", "resources", "log_severity_number");
    return !other.containsAll(properties.keys())
        || properties.attributes().stream().anyMatch(attribute -> attribute.value() != null)
        || properties.resources().stream().anyMatch(attribute -> attribute.value() != null);
  }

  private static void checkKinds(Values v) {
    for (String kind : v.get(SPAN_KINDS)) {
      if (!SPAN_KINDS_KNOWN.contains(kind)) {
        v.problem(
            SPAN_KINDS,
            "'"
                + Shown.name(kind)
                + "' is not known "
                + Suggestion.expected(kind, SPAN_KINDS_KNOWN.stream().sorted().toList()));
      }
    }
  }

  private static void checkPatterns(Values v, MatchProperties properties) {
    for (Key<List<String>> key :
        List.of(SERVICES, SPAN_NAMES, SPAN_KINDS, LOG_BODIES, LOG_SEVERITY_TEXTS, METRIC_NAMES)) {
      v.get(key).forEach(checkPattern(v, key));
    }
    for (Key<List<MatchProperties.Attribute>> key : List.of(ATTRIBUTES, RESOURCES)) {
      for (MatchProperties.Attribute attribute : v.get(key)) {
        switch (attribute.value()) {
          case null -> {}
          case AttributeValue.Text text -> checkPattern(v, key).accept(text.value());
          default ->
              v.problem(
                  key,
                  "the value of '"
                      + Shown.name(attribute.key())
                      + "' is no text (expected: a pattern, in quotes where it looks like a"
                      + " number)");
        }
      }
    }
    for (MatchProperties.Library library : properties.libraries()) {
      checkPattern(v, LIBRARIES).accept(library.name());
      String version = library.version();
      if (version != null) {
        checkPattern(v, LIBRARIES).accept(version);
      }
    }
  }

  private static Consumer<String> checkPattern(Values v, Key<?> key) {
    return pattern -> {
      @Nullable String wrong = v.place().reading().checks().checkPattern(pattern);
      if (wrong != null) {
        v.problem(
            key,
            "'" + Shown.name(pattern) + "' is no pattern: " + wrong + " (expected: RE2 syntax)");
      }
    };
  }
}
