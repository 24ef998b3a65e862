package dev.headgate.pipeline.process.ottl;

import dev.headgate.config.Signal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a condition or a statement is about: the Collector's contexts, in the order in which it
/// prefers them when it infers one.
public enum Context {
  LOG("log", Part.LOG),
  DATA_POINT("datapoint", Part.DATA_POINT),
  METRIC("metric", Part.METRIC),
  SPAN_EVENT("spanevent", Part.SPAN_EVENT),
  SPAN("span", Part.SPAN),
  SCOPE("scope", Part.SCOPE),
  RESOURCE("resource", Part.RESOURCE);

  private final String contextName;
  private final Part part;

  Context(String contextName, Part part) {
    this.contextName = contextName;
    this.part = part;
  }

  /// The Collector's name for it.
  public String contextName() {
    return contextName;
  }

  /// The message that it is about.
  public Part part() {
    return part;
  }

  /// The contexts that requests of a signal have, the preferred ones first.
  public static List<Context> of(Signal signal) {
    return switch (signal) {
      case TRACES -> List.of(SPAN_EVENT, SPAN, SCOPE, RESOURCE);
      case LOGS -> List.of(LOG, SCOPE, RESOURCE);
      case METRICS -> List.of(DATA_POINT, METRIC, SCOPE, RESOURCE);
    };
  }

  /// The context of a name in a signal, or null.
  public static @Nullable Context named(Signal signal, String name) {
    for (Context context : of(signal)) {
      if (context.contextName.equals(name)) {
        return context;
      }
    }
    return null;
  }

  /// The message that a path's first name leads to, or null when this context has none of it.
  @Nullable Part reachable(String name) {
    Part reached =
        switch (name) {
          case "resource" -> Part.RESOURCE;
          case "scope", "instrumentation_scope" -> Part.SCOPE;
          case "span" -> Part.SPAN;
          case "spanevent" -> Part.SPAN_EVENT;
          case "log" -> Part.LOG;
          case "metric" -> Part.METRIC;
          case "datapoint" -> Part.DATA_POINT;
          default -> null;
        };
    return reached != null && (reached == part || encloses(reached)) ? reached : null;
  }

  /// Whether a message is one of those around what this context is about.
  boolean encloses(Part outer) {
    return switch (outer) {
      case RESOURCE -> this != RESOURCE;
      case SCOPE -> this != RESOURCE && this != SCOPE;
      case SPAN -> this == SPAN_EVENT;
      case METRIC -> this == DATA_POINT;
      case SPAN_EVENT, LOG, DATA_POINT -> false;
    };
  }
}
