package dev.headgate.config.load;

import dev.headgate.config.AttributesConfig;
import dev.headgate.config.AttributesConfig.Action;
import dev.headgate.config.AttributesConfig.Kind;
import dev.headgate.config.AttributesConfig.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The `attributes` and `resource` processors, which share their actions.
final class AttributesBlock {
  private static final Key<String> KEY =
      Key.of("key", Types.TEXT, "", "the attribute; required unless `pattern` selects keys");
  private static final Key<Optional<Kind>> ACTION =
      Key.required(
          "action",
          kinds(),
          "insert adds if absent, update changes if present, upsert does either; hash = SHA-256,"
              + " hex; extract adds the named groups of `pattern`");
  private static final Key<Object> VALUE =
      Key.optional(
          "value", new AttributeValueType(), "none", "insert, update, upsert: the new value");
  private static final Key<String> FROM_ATTRIBUTE =
      Key.optional(
          "from_attribute",
          Types.NAME,
          "none",
          "insert, update, upsert: the attribute to copy instead of `value`");
  private static final Key<String> PATTERN =
      Key.optional(
          "pattern",
          Types.PATTERN,
          "none",
          "delete, hash: the keys; extract: named groups over the value of `key`");

  private static final Block<Action> ACTION_BLOCK =
      Block.of(AttributesBlock::action, KEY, ACTION, VALUE, FROM_ATTRIBUTE, PATTERN)
          .unsupported("value or from_attribute", "from_context", "default_value")
          .unsupported("the attribute's own type: convert is not supported", "converted_type");
  private static final ListType<Action> ACTION_LIST = ListType.of(ACTION_BLOCK, "actions");

  private static final Key<List<Action>> ITEM_ACTIONS =
      Key.required("actions", ACTION_LIST, "applied in order");
  private static final Key<List<Action>> RESOURCE_ACTIONS =
      Key.required("attributes", ACTION_LIST, "applied in order");

  static final Block<AttributesConfig> ATTRIBUTES =
      Block.of(v -> attributes(v, Target.ITEM, ITEM_ACTIONS), ITEM_ACTIONS)
          .unsupported(
              "a filter processor, or actions that every item may have", "include", "exclude");
  static final Block<AttributesConfig> RESOURCE =
      Block.of(v -> attributes(v, Target.RESOURCE, RESOURCE_ACTIONS), RESOURCE_ACTIONS);

  private AttributesBlock() {}

  /// `convert` is the Collector's, so it is read and refused with a reason.
  private static Type<Optional<Kind>> kinds() {
    Map<String, Optional<Kind>> kinds = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      kinds.put(kind.name().toLowerCase(Locale.ROOT), Optional.of(kind));
    }
    ScalarType<Optional<Kind>> known = Types.choice(kinds);
    return new ScalarType<>(
        known.title(),
        known.expected(),
        (text, place) -> {
          if (text.equalsIgnoreCase("convert")) {
            throw new BadValueException("is not supported in this version");
          }
          return known.parser().parse(text, place);
        },
        known.shower(),
        false);
  }

  private static AttributesConfig attributes(Values v, Target target, Key<List<Action>> actions) {
    if (v.get(actions).isEmpty()) {
      v.problem(actions, "an empty list (expected: at least one action)");
    }
    return new AttributesConfig(target, v.get(actions));
  }

  private static Action action(Values v) {
    Kind kind = v.get(ACTION).orElseThrow();
    String key = v.get(KEY);
    boolean hasKey = !key.isBlank();
    boolean hasPattern = v.find(PATTERN) != null;
    switch (kind) {
      case INSERT, UPDATE, UPSERT -> {
        boolean hasValue = v.find(VALUE) != null;
        if (!hasKey) {
          v.problem(KEY, "missing (expected: the key of an attribute)");
        }
        if (hasValue == (v.find(FROM_ATTRIBUTE) != null)) {
          v.problem(
              VALUE,
              (hasValue ? "given beside from_attribute" : "missing")
                  + " (expected: either value or from_attribute)");
        }
        if (hasPattern) {
          v.problem(PATTERN, "not for this action (expected: delete, hash or extract)");
        }
      }
      case DELETE, HASH -> {
        if (!hasKey && !hasPattern) {
          v.problem(KEY, "missing (expected: key, pattern or both)");
        }
      }
      case EXTRACT -> {
        if (!hasKey) {
          v.problem(KEY, "missing (expected: the key of an attribute)");
        }
        if (!hasPattern) {
          v.problem(PATTERN, "missing (expected: a pattern with named groups)");
        }
      }
    }
    return new Action(kind, key, v.find(VALUE), v.find(FROM_ATTRIBUTE), v.find(PATTERN));
  }
}
