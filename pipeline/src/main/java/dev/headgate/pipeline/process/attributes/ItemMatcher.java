package dev.headgate.pipeline.process.attributes;

import dev.headgate.config.MatchProperties;
import dev.headgate.config.MatchProperties.Library;
import dev.headgate.config.MatchProperties.MatchType;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AnyValueText;
import dev.headgate.pipeline.otlp.AttributeLookup;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireScan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether items have the properties of an `include` or `exclude`. What holds for a whole resource
/// or scope is looked at once.
///
/// **Threading:** confined to one thread.
final class ItemMatcher {
  private static final int RESOURCE_ATTRIBUTES = 1;
  private static final int SCOPE_NAME = 1;
  private static final int SCOPE_VERSION = 2;
  private static final int SPAN_NAME = 5;
  private static final int SPAN_KIND = 6;
  private static final int SPAN_ATTRIBUTES = 9;
  private static final int LOG_SEVERITY_NUMBER = 2;
  private static final int LOG_SEVERITY_TEXT = 3;
  private static final int LOG_BODY = 5;
  private static final int LOG_ATTRIBUTES = 6;
  private static final int METRIC_NAME = 1;

  private static final byte[] SERVICE_NAME = Utf8.bytes("service.name");

  /** What the Collector takes for the name of a service without one. */
  private static final byte[] NO_SERVICE_NAME = Utf8.bytes("<nil-service-name>");

  private final @Nullable TextSet services;
  private final @Nullable TextSet spanNames;
  private final @Nullable TextSet spanKinds;
  private final @Nullable TextSet logBodies;
  private final @Nullable TextSet logSeverityTexts;
  private final MatchProperties.@Nullable Severity logSeverity;
  private final @Nullable TextSet metricNames;
  private final AttributeTests attributes;
  private final AttributeTests resources;
  private final List<LibraryTest> libraries;
  private final AttributeLookup lookup = new AttributeLookup();
  private final AnyValueCursor value = new AnyValueCursor();

  private boolean resourceHolds;
  private boolean scopeHolds;
  private int fieldFrom;
  private int fieldTo;

  /// An instrumentation scope.
  private record LibraryTest(TextSet name, @Nullable TextSet version) {
    static LibraryTest of(MatchType match, Library library) {
      String version = library.version();
      return new LibraryTest(
          new TextSet(match, List.of(library.name())),
          version == null ? null : new TextSet(match, List.of(version)));
    }
  }

  ItemMatcher(MatchProperties properties) {
    MatchType match = properties.match();
    services = textSet(match, properties.services());
    spanNames = textSet(match, properties.spanNames());
    spanKinds = textSet(match, properties.spanKinds());
    logBodies = textSet(match, properties.logBodies());
    logSeverityTexts = textSet(match, properties.logSeverityTexts());
    logSeverity = properties.logSeverity();
    metricNames = textSet(match, properties.metricNames());
    attributes = new AttributeTests(match, properties.attributes());
    resources = new AttributeTests(match, properties.resources());
    libraries =
        properties.libraries().stream().map(library -> LibraryTest.of(match, library)).toList();
  }

  private static @Nullable TextSet textSet(MatchType match, List<String> entries) {
    return entries.isEmpty() ? null : new TextSet(match, entries);
  }

  /// Whether it has a say about a signal: of metrics the Collector looks at the names alone.
  boolean concerns(Signal signal) {
    return signal != Signal.METRICS || metricNames != null;
  }

  /// The items that follow belong to the Resource `bytes[from, to)`.
  void onResource(byte[] bytes, int from, int to) {
    resourceHolds =
        resources.hold(bytes, from, to, RESOURCE_ATTRIBUTES)
            && (services == null || serviceHolds(services, bytes, from, to));
  }

  private boolean serviceHolds(TextSet services, byte[] bytes, int from, int to) {
    return lookup.find(bytes, from, to, RESOURCE_ATTRIBUTES, SERVICE_NAME)
        ? anyValueHolds(services, bytes, lookup.valueFrom(), lookup.valueTo())
        : services.matches(NO_SERVICE_NAME, 0, NO_SERVICE_NAME.length);
  }

  /// The items that follow belong to the InstrumentationScope `bytes[from, to)`.
  void onScope(byte[] bytes, int from, int to) {
    scopeHolds = true;
    for (LibraryTest library : libraries) {
      scopeHolds &= textFieldHolds(library.name, bytes, from, to, SCOPE_NAME);
      scopeHolds &= textFieldHolds(library.version, bytes, from, to, SCOPE_VERSION);
    }
  }

  /// Whether the span, log record or metric `bytes[from, to)` has all the properties.
  boolean matches(Signal signal, byte[] bytes, int from, int to) {
    return switch (signal) {
      case TRACES ->
          resourceHolds
              && scopeHolds
              && textFieldHolds(spanNames, bytes, from, to, SPAN_NAME)
              && kindHolds(bytes, from, to)
              && attributes.hold(bytes, from, to, SPAN_ATTRIBUTES);
      case LOGS ->
          resourceHolds
              && scopeHolds
              && severityHolds(bytes, from, to)
              && textFieldHolds(logSeverityTexts, bytes, from, to, LOG_SEVERITY_TEXT)
              && bodyHolds(bytes, from, to)
              && attributes.hold(bytes, from, to, LOG_ATTRIBUTES);
      case METRICS -> textFieldHolds(metricNames, bytes, from, to, METRIC_NAME);
    };
  }

  private boolean textFieldHolds(
      @Nullable TextSet texts, byte[] bytes, int from, int to, int field) {
    if (texts == null) {
      return true;
    }
    find(bytes, from, to, field << 3 | 2);
    return texts.matches(bytes, fieldFrom, fieldTo);
  }

  private boolean kindHolds(byte[] bytes, int from, int to) {
    if (spanKinds == null) {
      return true;
    }
    String kind =
        switch (number(bytes, from, to, SPAN_KIND)) {
          case 0 -> "SPAN_KIND_UNSPECIFIED";
          case 1 -> "SPAN_KIND_INTERNAL";
          case 2 -> "SPAN_KIND_SERVER";
          case 3 -> "SPAN_KIND_CLIENT";
          case 4 -> "SPAN_KIND_PRODUCER";
          case 5 -> "SPAN_KIND_CONSUMER";
          default -> "";
        };
    return spanKinds.matches(kind);
  }

  private boolean severityHolds(byte[] bytes, int from, int to) {
    if (logSeverity == null) {
      return true;
    }
    int severity = number(bytes, from, to, LOG_SEVERITY_NUMBER);
    return severity == 0 ? logSeverity.matchUndefined() : severity >= logSeverity.min();
  }

  private boolean bodyHolds(byte[] bytes, int from, int to) {
    if (logBodies == null) {
      return true;
    }
    find(bytes, from, to, LOG_BODY << 3 | 2);
    return anyValueHolds(logBodies, bytes, fieldFrom, fieldTo);
  }

  private boolean anyValueHolds(TextSet texts, byte[] bytes, int from, int to) {
    value.read(bytes, from, to);
    return value.kind() == AnyValueCursor.Kind.STRING
        ? texts.matches(bytes, value.from(), value.to())
        : texts.matches(AnyValueText.of(bytes, from, to));
  }

  /* The number of a varint field, 0 when it is absent. */
  private static int number(byte[] bytes, int from, int to, int field) {
    int number = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      if (tag == field << 3) {
        number = (int) WireScan.varint(bytes, length);
      }
      at = WireScan.skip(bytes, tag, length);
    }
    return number;
  }

  /* Finds a length-delimited field; an absent one is empty. */
  private void find(byte[] bytes, int from, int to, int wanted) {
    fieldFrom = from;
    fieldTo = from;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      at = WireScan.skip(bytes, tag, length);
      if (tag == wanted) {
        fieldFrom = WireScan.varintEnd(bytes, length);
        fieldTo = at;
        return;
      }
    }
  }
}
