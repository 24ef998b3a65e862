package dev.headgate.config.load;

import dev.headgate.config.load.Node.Entry;
import dev.headgate.config.load.Node.ListNode;
import dev.headgate.config.load.Node.MapNode;
import dev.headgate.config.load.Node.ScalarNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads one YAML document into nodes. Trees are built from parser events, so that every key keeps
/// its line and depth, size and aliases are bounded before anything is allocated for them.
///
/// **Threading:** one parser per text, used once.
final class YamlParser {
  /// Longest text; real files are far below.
  static final int MAX_CHARS = 1 << 20;

  /// Deepest nesting of maps and lists.
  static final int MAX_DEPTH = 64;

  /// Most values, those that aliases repeat counted each time.
  static final int MAX_NODES = 50_000;

  /// A text that an alias repeats counts as one value per so many characters.
  private static final int CHARS_PER_VALUE = 256;

  private static final Set<String> STRING_TAGS = Set.of("!", "tag:yaml.org,2002:str");
  private static final Set<String> CORE_TAGS =
      Set.of(
          "tag:yaml.org,2002:int",
          "tag:yaml.org,2002:float",
          "tag:yaml.org,2002:bool",
          "tag:yaml.org,2002:null",
          "tag:yaml.org,2002:map",
          "tag:yaml.org,2002:seq");

  private final String file;
  private final Iterator<Event> events;
  private final Map<Anchor, Node> anchors = new HashMap<>();
  private int depth;
  private int nodes;

  /// Stops reading; carries the problem to the public method.
  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    Stop(Problem problem) {
      super(problem.message(), null, false, false);
      this.problem = problem;
    }
  }

  private YamlParser(String file, String text) {
    this.file = file;
    LoadSettings settings =
        LoadSettings.builder().setLabel(file).setCodePointLimit(MAX_CHARS + 1).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /// The document's root, or null when it is empty or cannot be read and the problem is reported.
  static @Nullable Node parse(ConfigSource source, List<Problem> problems) {
    if (source.text().length() > MAX_CHARS) {
      problems.add(
          new Problem(
              source.name(), 0, "", "the text is too long (expected: at most 1 MiB of YAML)"));
      return null;
    }
    try {
      return new YamlParser(source.name(), source.text()).document();
    } catch (Stop stop) {
      problems.add(stop.problem);
    } catch (MarkedYamlEngineException e) {
      // Only the parser's own words: its message quotes the line, which may hold a secret.
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      String what = e.getProblem() == null ? "not readable" : e.getProblem();
      problems.add(new Problem(source.name(), line, "", "not valid YAML: " + what + hint(what)));
    } catch (YamlEngineException _) {
      problems.add(
          new Problem(
              source.name(), 0, "", "not valid YAML: a character that YAML does not allow"));
    }
    return null;
  }

  private static String hint(String what) {
    return what.contains("TAB") ? " (expected: spaces for indentation)" : "";
  }

  private @Nullable Node document() {
    events.next(); // stream start
    if (events.next().getEventId() == Event.ID.StreamEnd) {
      return null;
    }
    Node root = node(events.next());
    events.next(); // document end
    Event after = events.next();
    if (after.getEventId() != Event.ID.StreamEnd) {
      throw stop(after, "a second document (expected: one document per file)");
    }
    return Node.isNull(root) ? null : root;
  }

  private Node node(Event event) {
    count(event, 1);
    Node node =
        switch (event) {
          case AliasEvent alias -> aliased(alias);
          case ScalarEvent scalar -> scalar(scalar);
          case SequenceStartEvent start -> sequence(start);
          case MappingStartEvent start -> mapping(start);
          default -> throw stop(event, "not valid YAML: a value is missing");
        };
    if (event instanceof NodeEvent named && !(event instanceof AliasEvent)) {
      Optional<Anchor> anchor = named.getAnchor();
      if (anchor.isPresent()) {
        anchors.put(anchor.get(), node);
      }
    }
    return node;
  }

  private Node aliased(AliasEvent alias) {
    Node node = anchors.get(alias.getAlias());
    if (node == null) {
      throw stop(
          alias, "the alias *" + alias.getAlias() + " is not defined (expected: an &anchor above)");
    }
    count(alias, size(node));
    if (depth + height(node) > MAX_DEPTH) {
      throw tooDeep(alias);
    }
    return node;
  }

  private Node scalar(ScalarEvent event) {
    Optional<String> tag = event.getTag();
    boolean plain = event.isPlain();
    if (tag.isPresent()) {
      if (STRING_TAGS.contains(tag.get())) {
        plain = false;
      } else if (CORE_TAGS.contains(tag.get())) {
        plain = true;
      } else {
        throw stop(event, "the tag " + tag.get() + " is not supported (expected: no tag)");
      }
    }
    return new ScalarNode(mark(event), event.getValue(), event.getValue(), plain);
  }

  private Node sequence(SequenceStartEvent start) {
    enter(start, start.getTag());
    List<Node> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(node(event));
    }
    depth--;
    return new ListNode(mark(start), items);
  }

  private Node mapping(MappingStartEvent start) {
    enter(start, start.getTag());
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, Entry> merged = new LinkedHashMap<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      ScalarNode key = key(event);
      Node value = node(events.next());
      if (key.plain() && key.text().equals("<<")) {
        mergeInto(merged, event, value);
        continue;
      }
      Entry first = entries.put(key.text(), new Entry(key.mark(), value));
      if (first != null) {
        throw stop(
            event,
            "the key '"
                + Shown.name(key.text())
                + "' stands twice in one map (expected: once; it is also on line "
                + first.keyMark().line()
                + ")");
      }
    }
    depth--;
    merged.forEach(entries::putIfAbsent);
    return new MapNode(mark(start), entries);
  }

  /// `<<: *anchor` and `<<: [*a, *b]`, where the earlier one wins.
  private void mergeInto(Map<String, Entry> merged, Event event, Node value) {
    switch (value) {
      case MapNode map -> map.entries().forEach(merged::putIfAbsent);
      case ListNode list -> {
        for (Node item : list.items()) {
          if (!(item instanceof MapNode map)) {
            throw stop(event, "<<: " + Node.kind(item) + " (expected: a map or a list of maps)");
          }
          map.entries().forEach(merged::putIfAbsent);
        }
      }
      default ->
          throw stop(event, "<<: " + Node.kind(value) + " (expected: a map or a list of maps)");
    }
  }

  private ScalarNode key(Event event) {
    if (node(event) instanceof ScalarNode key && !key.isNull()) {
      return key;
    }
    throw stop(event, "a key that is not a text (expected: a name)");
  }

  private void enter(Event event, Optional<String> tag) {
    if (tag.isPresent() && !CORE_TAGS.contains(tag.get())) {
      throw stop(event, "the tag " + tag.get() + " is not supported (expected: no tag)");
    }
    if (++depth > MAX_DEPTH) {
      throw tooDeep(event);
    }
  }

  private Stop tooDeep(Event event) {
    return stop(event, "nested too deeply (expected: at most " + MAX_DEPTH + " levels)");
  }

  private void count(Event event, int more) {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw stop(event, "too many values (expected: at most " + MAX_NODES + ", aliases included)");
    }
  }

  /// The number of values below and with a node, long texts counting as several. All that it walks
  /// was counted before, so that it ends.
  private static int size(Node node) {
    int size = 1;
    switch (node) {
      case MapNode map -> {
        for (Entry entry : map.entries().values()) {
          size += size(entry.value());
        }
      }
      case ListNode list -> {
        for (Node item : list.items()) {
          size += size(item);
        }
      }
      case ScalarNode scalar -> size += scalar.text().length() / CHARS_PER_VALUE;
      case Node.BrokenNode _ -> {}
    }
    return size;
  }

  /// The levels of maps and lists of a node.
  private static int height(Node node) {
    int below = 0;
    switch (node) {
      case MapNode map -> {
        for (Entry entry : map.entries().values()) {
          below = Math.max(below, height(entry.value()));
        }
      }
      case ListNode list -> {
        for (Node item : list.items()) {
          below = Math.max(below, height(item));
        }
      }
      case ScalarNode _, Node.BrokenNode _ -> {
        return 0;
      }
    }
    return below + 1;
  }

  private Mark mark(Event event) {
    return new Mark(file, event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0));
  }

  private Stop stop(Event event, String message) {
    return new Stop(Problem.at(mark(event), "", message));
  }
}
