package dev.headgate.pipeline.otlp;

import dev.headgate.config.Signal;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message on the way from a request down to its items, reduced to the fields that lead there.
///
/// **Threading:** immutable.
final class OtlpLevel {
  private static final Map<Signal, OtlpLevel> ROOTS = new EnumMap<>(Signal.class);

  static {
    for (Signal signal : Signal.values()) {
      ROOTS.put(signal, new OtlpLevel(OtlpMessage.request(signal)));
    }
  }

  private final boolean item;
  private final @Nullable OtlpLevel[] children = new OtlpLevel[CheckPlan.FIELDS];
  private final boolean leads;

  private OtlpLevel(OtlpMessage message) {
    item = message.isItem();
    boolean any = item;
    if (!item) {
      for (OtlpField field : message.fields()) {
        if (field.message() != null && isOnTheWay(field.message())) {
          OtlpLevel child = new OtlpLevel(field.message());
          children[field.number()] = child.leads ? child : null;
          any |= child.leads;
        }
      }
    }
    leads = any;
  }

  private static boolean isOnTheWay(OtlpMessage message) {
    // Values contain themselves and never items.
    return message != OtlpMessage.RESOURCE
        && message != OtlpMessage.SCOPE
        && message != OtlpMessage.KEY_VALUE;
  }

  /// The request of a signal.
  static OtlpLevel root(Signal signal) {
    OtlpLevel root = ROOTS.get(signal);
    if (root == null) {
      throw new IllegalArgumentException("no such signal: " + signal);
    }
    return root;
  }

  /// The level below that a field leads to, or null when no items are there.
  @Nullable OtlpLevel child(int field) {
    return field < CheckPlan.FIELDS ? children[field] : null;
  }

  /// Whether a message on this level is one item.
  boolean isItem() {
    return item;
  }
}
