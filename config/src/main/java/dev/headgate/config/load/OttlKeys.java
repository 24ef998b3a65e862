package dev.headgate.config.load;

import dev.headgate.config.OttlGroup;
import dev.headgate.config.OttlGroup.ErrorMode;
import dev.headgate.config.Signal;
import dev.headgate.config.load.ConfigChecks.OttlProblem;
import dev.headgate.config.load.Node.ListNode;
import dev.headgate.config.load.Node.ScalarNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How OTTL is read in the blocks of `filter` and `transform`.
final class OttlKeys {
  static final Key<ErrorMode> ERROR_MODE =
      Key.of(
          "error_mode",
          Types.choiceOf(ErrorMode.class),
          ErrorMode.IGNORE,
          "what an error while evaluating does: it is passed over, with or without a line in the"
              + " log, or the payload is dropped");
  private static final Key<Optional<ErrorMode>> GROUP_ERROR_MODE =
      Key.of("error_mode", groupErrorModes(), Optional.empty(), "of this group alone");
  private static final Key<List<Text>> STATEMENTS =
      Key.required("statements", texts("statements"), "executed in order");
  private static final Key<List<Text>> CONDITIONS =
      Key.required("conditions", texts("conditions"), "what any of them holds for is dropped");
  private static final Key<List<Text>> FOR_STATEMENTS =
      Key.of(
          "conditions",
          texts("conditions"),
          List.of(),
          "the statements are executed where any of them holds");

  private OttlKeys() {}

  /// An OTTL text with the place it was found at.
  record Text(String text, Mark mark, Place place, String shown) {
    void problem(String what, String problem) {
      place.problem(mark, shown + " is not a " + what + ": " + problem);
    }
  }

  /// Texts as they are read, before they are checked together.
  ///
  /// @param context empty when it is to be inferred
  record Group(
      String context,
      List<Text> conditions,
      List<Text> statements,
      Optional<ErrorMode> errorMode,
      Mark mark,
      Place place) {
    /// The group, with what is wrong with it reported.
    OttlGroup check(Signal signal, ErrorMode defaultMode) {
      OttlGroup group =
          new OttlGroup(
              signal,
              context,
              conditions.stream().map(Text::text).toList(),
              statements.stream().map(Text::text).toList(),
              errorMode.orElse(defaultMode));
      for (OttlProblem wrong : place.reading().checks().checkOttl(group)) {
        if (wrong.index() < 0) {
          place.problem(mark, wrong.problem());
        } else if (wrong.statement()) {
          statements.get(wrong.index()).problem("statement", wrong.problem());
        } else {
          conditions.get(wrong.index()).problem("condition", wrong.problem());
        }
      }
      return group;
    }
  }

  /// A list of texts.
  static ListType<Text> texts(String plural) {
    return ListType.of(new TextType(), "OTTL " + plural);
  }

  /// The groups of a filter's key such as `trace_conditions`.
  static Type<List<Group>> conditionGroups(Signal signal) {
    Key<String> context = context(signal);
    Block<Group> block =
        Block.of(
            v ->
                new Group(
                    v.get(context),
                    v.get(CONDITIONS),
                    List.of(),
                    v.get(GROUP_ERROR_MODE),
                    v.mark(CONDITIONS),
                    v.place()),
            context,
            CONDITIONS,
            GROUP_ERROR_MODE);
    return new GroupsType(ListType.of(block, "groups"), "conditions", false);
  }

  /// The groups of a transform's key such as `trace_statements`.
  static Type<List<Group>> statementGroups(Signal signal) {
    Key<String> context = context(signal);
    Block<Group> block =
        Block.of(
            v ->
                new Group(
                    v.get(context),
                    v.get(FOR_STATEMENTS),
                    v.get(STATEMENTS),
                    v.get(GROUP_ERROR_MODE),
                    v.mark(STATEMENTS),
                    v.place()),
            context,
            FOR_STATEMENTS,
            STATEMENTS,
            GROUP_ERROR_MODE);
    return new GroupsType(ListType.of(block, "groups"), "statements", true);
  }

  private static Key<String> context(Signal signal) {
    Map<String, String> names = new LinkedHashMap<>();
    List<String> contexts =
        switch (signal) {
          case TRACES -> List.of("resource", "scope", "span", "spanevent");
          case LOGS -> List.of("resource", "scope", "log");
          case METRICS -> List.of("resource", "scope", "metric", "datapoint");
        };
    contexts.forEach(name -> names.put(name, name));
    names.put("", "");
    return Key.of(
        "context",
        Types.choice(names),
        "",
        "what paths without a context are about; empty = every path begins with its context");
  }

  private static Type<Optional<ErrorMode>> groupErrorModes() {
    Map<String, Optional<ErrorMode>> modes = new LinkedHashMap<>();
    modes.put("ignore", Optional.of(ErrorMode.IGNORE));
    modes.put("silent", Optional.of(ErrorMode.SILENT));
    modes.put("propagate", Optional.of(ErrorMode.PROPAGATE));
    modes.put("", Optional.empty());
    return Types.choice(modes);
  }

  /// Reads one text.
  private static final class TextType implements Type<Text> {
    @Override
    public @Nullable Text read(Node node, Place place) {
      String text = Types.NAME.read(node, place);
      return text == null || !(node instanceof ScalarNode scalar)
          ? null
          : new Text(text, node.mark(), place, Shown.value(scalar));
    }

    @Override
    public String title() {
      return "OTTL";
    }
  }

  /// Reads a list of texts, which are one group, or a list of groups.
  private record GroupsType(ListType<Group> groups, String plural, boolean statements)
      implements Type<List<Group>> {
    @Override
    public @Nullable List<Group> read(Node node, Place place) {
      if (!(node instanceof ListNode list) || list.items().isEmpty()) {
        return groups.read(node, place);
      }
      List<Node> items = list.items();
      boolean basic = items.getFirst() instanceof ScalarNode;
      for (Node item : items) {
        if (item instanceof ScalarNode != basic) {
          place.problem(
              item.mark(),
              "texts and groups in one list (expected: only texts, or only maps with a key "
                  + plural
                  + ")");
          return null;
        }
      }
      if (!basic) {
        return groups.read(node, place);
      }
      List<Text> texts = texts(plural).read(node, place);
      return texts == null
          ? null
          : List.of(
              new Group(
                  "",
                  statements ? List.of() : texts,
                  statements ? texts : List.of(),
                  Optional.empty(),
                  node.mark(),
                  place));
    }

    @Override
    public String title() {
      return "list of OTTL " + plural + ", or of groups";
    }

    @Override
    public String show(List<Group> values) {
      return "[]";
    }

    @Override
    public @Nullable Block<?> block() {
      return groups.block();
    }
  }

  /// Checks the groups of a signal.
  static List<OttlGroup> check(List<Group> groups, Signal signal, ErrorMode errorMode) {
    List<OttlGroup> checked = new ArrayList<>();
    for (Group group : groups) {
      checked.add(group.check(signal, errorMode));
    }
    return checked;
  }
}
