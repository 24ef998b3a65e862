package dev.headgate.config.load;

import dev.headgate.config.AttributeAction;
import dev.headgate.config.AttributeAction.ConvertedType;
import dev.headgate.config.AttributeAction.Source;
import dev.headgate.config.AttributeAction.When;
import dev.headgate.config.AttributeValue;
import dev.headgate.config.AttributesConfig;
import dev.headgate.config.AttributesConfig.Target;
import dev.headgate.config.MatchProperties;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The `attributes` and `resource` processors, which share their actions.
final class AttributesBlock {
  private static final String TENANT_HEADER = "X-Scope-OrgID";
  private static final String METADATA = "metadata.";

  /// The actions by their names in the file.
  private enum Kind {
    INSERT,
    UPDATE,
    UPSERT,
    DELETE,
    HASH,
    EXTRACT,
    CONVERT
  }

  private static final Key<String> KEY =
      Key.of("key", Types.TEXT, "", "the attribute; required unless `pattern` selects keys");
  private static final Key<Kind> ACTION =
      Key.required(
          "action",
          Types.choiceOf(Kind.class),
          "insert adds if absent, update changes if present, upsert does either; hash = SHA-256,"
              + " hex; extract adds the named groups of `pattern`; convert changes the type");
  private static final Key<AttributeValue> VALUE =
      Key.optional(
          "value", AttributeValueType.VALUE, "none", "insert, update, upsert: the new value");
  private static final Key<String> FROM_ATTRIBUTE =
      Key.optional(
          "from_attribute",
          Types.NAME,
          "none",
          "insert, update, upsert: the attribute to copy instead of `value`");
  private static final Key<Source> FROM_CONTEXT =
      Key.optional(
          "from_context",
          ScalarType.<Source>of(
              "`metadata.` and a header",
              METADATA + TENANT_HEADER + ", or another header that a headers_setter sends on",
              AttributesBlock::context),
          "none",
          "insert, update, upsert: a header of the request instead of `value`: `X-Scope-OrgID`, or"
              + " one that a `headers_setter` sends on; the receiver needs `include_metadata`");
  private static final Key<AttributeValue> DEFAULT_VALUE =
      Key.optional(
          "default_value",
          AttributeValueType.VALUE,
          "none",
          "insert, update, upsert: the value when its source has none");
  private static final Key<String> PATTERN =
      Key.optional(
          "pattern",
          Types.PATTERN,
          "none",
          "delete, hash: the keys; extract: named groups over the value of `key`");
  private static final Key<ConvertedType> CONVERTED_TYPE =
      Key.optional(
          "converted_type",
          Types.choiceOf(ConvertedType.class),
          "none",
          "convert: the new type; what has no meaning in it stays");

  private static final Block<AttributeAction> ACTION_BLOCK =
      Block.of(
          AttributesBlock::action,
          KEY,
          ACTION,
          VALUE,
          FROM_ATTRIBUTE,
          FROM_CONTEXT,
          DEFAULT_VALUE,
          PATTERN,
          CONVERTED_TYPE);
  private static final ListType<AttributeAction> ACTION_LIST = ListType.of(ACTION_BLOCK, "actions");

  private static final Key<List<AttributeAction>> ITEM_ACTIONS =
      Key.required("actions", ACTION_LIST, "applied in order");
  private static final Key<List<AttributeAction>> RESOURCE_ACTIONS =
      Key.required("attributes", ACTION_LIST, "applied in order");
  private static final Key<MatchProperties> INCLUDE =
      Key.optional(
          "include", MatchBlock.BLOCK, "all", "what is changed: all its properties must hold");
  private static final Key<MatchProperties> EXCLUDE =
      Key.optional(
          "exclude",
          MatchBlock.BLOCK.as("block as `include`"),
          "none",
          "what of that is not changed");

  static final Block<AttributesConfig> ATTRIBUTES =
      Block.of(AttributesBlock::items, INCLUDE, EXCLUDE, ITEM_ACTIONS);
  static final Block<AttributesConfig> RESOURCE =
      Block.of(AttributesBlock::resources, RESOURCE_ACTIONS);

  private AttributesBlock() {}

  private static Source context(String text, Place place) throws BadValueException {
    String header = text.startsWith(METADATA) ? text.substring(METADATA.length()) : text;
    String name = header.toLowerCase(Locale.ROOT);
    if (!header.equalsIgnoreCase(TENANT_HEADER)
        && !place.reading().contextHeaders().containsKey(name)) {
      throw new BadValueException("is not kept with the data");
    }
    return new Source.Header(name);
  }

  private static AttributesConfig items(Values v) {
    return new AttributesConfig(
        Target.ITEM, v.find(INCLUDE), v.find(EXCLUDE), atLeastOne(v, ITEM_ACTIONS));
  }

  private static AttributesConfig resources(Values v) {
    return new AttributesConfig(Target.RESOURCE, null, null, atLeastOne(v, RESOURCE_ACTIONS));
  }

  private static List<AttributeAction> atLeastOne(Values v, Key<List<AttributeAction>> key) {
    List<AttributeAction> actions = v.get(key);
    if (actions.isEmpty()) {
      v.problem(key, "an empty list (expected: at least one action)");
    }
    return actions;
  }

  private static @Nullable AttributeAction action(Values v) {
    Kind kind = v.get(ACTION);
    if (v.get(KEY).isEmpty() && (v.find(PATTERN) == null || !hasKeyPattern(kind))) {
      v.problem(
          KEY,
          "missing (expected: the key of an attribute"
              + (hasKeyPattern(kind) ? ", a pattern or both)" : ")"));
    }
    return switch (kind) {
      case INSERT -> put(v, When.ABSENT);
      case UPDATE -> put(v, When.PRESENT);
      case UPSERT -> put(v, When.ALWAYS);
      case DELETE -> {
        refuse(v, kind, Set.of(KEY, PATTERN));
        yield new AttributeAction.Delete(v.get(KEY), v.find(PATTERN));
      }
      case HASH -> {
        refuse(v, kind, Set.of(KEY, PATTERN));
        yield new AttributeAction.Hash(v.get(KEY), v.find(PATTERN));
      }
      case EXTRACT -> extract(v);
      case CONVERT -> {
        refuse(v, kind, Set.of(KEY, CONVERTED_TYPE));
        ConvertedType type = required(v, CONVERTED_TYPE);
        yield type == null ? null : new AttributeAction.Convert(v.get(KEY), type);
      }
    };
  }

  private static boolean hasKeyPattern(Kind kind) {
    return kind == Kind.DELETE || kind == Kind.HASH;
  }

  private static AttributeAction put(Values v, When when) {
    refuse(v, v.get(ACTION), Set.of(KEY, VALUE, FROM_ATTRIBUTE, FROM_CONTEXT, DEFAULT_VALUE));
    AttributeValue value = v.find(VALUE);
    String attribute = v.find(FROM_ATTRIBUTE);
    Source context = v.find(FROM_CONTEXT);
    int sources = (value == null ? 0 : 1) + (attribute == null ? 0 : 1) + (context == null ? 0 : 1);
    if (sources > 1) {
      v.problem(VALUE, "several sources (expected: value, from_attribute or from_context)");
    } else if (sources == 0 && v.find(DEFAULT_VALUE) == null) {
      v.problem(VALUE, "missing (expected: value, from_attribute, from_context or default_value)");
    }
    Source source = new Source.None();
    if (value != null) {
      source = new Source.Fixed(value);
    } else if (attribute != null) {
      source = new Source.Attribute(attribute);
    } else if (context != null) {
      source = context;
    }
    return new AttributeAction.Put(when, v.get(KEY), source, v.find(DEFAULT_VALUE));
  }

  private static @Nullable AttributeAction extract(Values v) {
    refuse(v, Kind.EXTRACT, Set.of(KEY, PATTERN));
    String pattern = required(v, PATTERN);
    if (pattern == null) {
      return null;
    }
    String wrong = v.place().reading().checks().checkExtraction(pattern);
    if (wrong != null) {
      v.problem(PATTERN, wrong + " (expected: groups, every one as (?P<name>...))");
    }
    return new AttributeAction.Extract(v.get(KEY), pattern);
  }

  private static <T> @Nullable T required(Values v, Key<T> key) {
    T value = v.find(key);
    if (value == null) {
      v.problem(key, "missing (expected: " + key.type().title() + ")");
    }
    return value;
  }

  /* What the Collector ignores is no mistake here either; all else is one to both. */
  private static void refuse(Values v, Kind kind, Set<Key<?>> known) {
    for (Key<?> key :
        List.of(VALUE, FROM_ATTRIBUTE, FROM_CONTEXT, DEFAULT_VALUE, PATTERN, CONVERTED_TYPE)) {
      if (known.contains(key) || !v.has(key)) {
        continue;
      }
      String action = kind.name().toLowerCase(Locale.ROOT);
      if (key == DEFAULT_VALUE || (key == FROM_CONTEXT && hasKeyPattern(kind))) {
        v.place().key(key.name()).notice(v.mark(key), "has no effect here: not for " + action);
      } else {
        v.problem(key, "not for this action (expected: none for " + action + ")");
      }
    }
  }
}
