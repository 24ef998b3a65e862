package dev.headgate.config.load;

import dev.headgate.config.GatewayConfig;
import dev.headgate.config.load.Node.MapNode;
import dev.headgate.config.load.RootBlock.Root;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads configurations: the Collector's YAML, strictly, with every problem found at once.
///
/// **Threading:** any thread.
public final class ConfigLoader {
  private static final int MAX_PROBLEMS = 100;

  private final Function<String, @Nullable String> environment;
  private final ConfigChecks checks;

  /// @param environment the value of a variable, null when it is not set
  /// @param checks the languages inside the configuration
  public ConfigLoader(Function<String, @Nullable String> environment, ConfigChecks checks) {
    this.environment = environment;
    this.checks = checks;
  }

  /// Lays the sources over each other, the later over the earlier, then the overrides
  /// (`path.to.key=value`), and reads the result.
  ///
  /// @throws ConfigException with all problems, when there is any
  public LoadResult load(List<ConfigSource> sources, List<String> setOverrides)
      throws ConfigException {
    List<Problem> problems = new ArrayList<>();
    List<Notice> notices = new ArrayList<>();
    MapNode merged = merge(sources, setOverrides, problems);
    if (merged == null) {
      throw failed(problems, sources);
    }
    MapNode expanded = new Expansion(environment, problems).expand(merged);
    Reading reading = new Reading(checks, problems, notices);
    Root root = RootBlock.BLOCK.read(expanded, reading.root());
    GatewayConfig config = root == null ? null : Graph.connect(root, reading.root());
    if (config == null || !problems.isEmpty()) {
      throw failed(problems, sources);
    }
    // Not Comparator.comparingInt, whose lambdas no AOT cache holds: this is done at every start.
    notices.sort((one, other) -> {
      int byFile = Integer.compare(order(one.file(), sources), order(other.file(), sources));
      return byFile != 0 ? byFile : Integer.compare(one.line(), other.line());
    });
    return new LoadResult(
        config,
        notices,
        ConfigPrinter.print(expanded, reading.secretPaths()),
        new KeyPlaces(expanded));
  }

  /// The merged tree, or null when a source cannot be read.
  private static @Nullable MapNode merge(
      List<ConfigSource> sources, List<String> setOverrides, List<Problem> problems) {
    MapNode merged = null;
    for (ConfigSource source : sources) {
      int before = problems.size();
      Node node = YamlParser.parse(source, problems);
      if (problems.size() > before) {
        continue;
      }
      if (node instanceof MapNode map) {
        merged = merged == null ? map : NodeMerge.merge(merged, map);
      } else {
        String found = node == null ? "is empty" : "holds " + Node.kind(node);
        int line = node == null ? 0 : node.mark().line();
        problems.add(
            new Problem(
                source.name(),
                line,
                "",
                "the configuration " + found + " (expected: receivers, exporters, service)"));
      }
    }
    if (merged == null) {
      if (problems.isEmpty()) {
        problems.add(new Problem("configuration", 0, "", "no source (expected: at least one)"));
      }
      return null;
    }
    // One that is missing would make everything in the others look wrong.
    if (!problems.isEmpty()) {
      return null;
    }
    for (String override : setOverrides) {
      merged = NodeMerge.override(merged, override, problems);
    }
    return merged;
  }

  private static ConfigException failed(List<Problem> problems, List<ConfigSource> sources) {
    List<Problem> sorted = new ArrayList<>(new LinkedHashSet<>(problems));
    sorted.sort(
        Comparator.comparingInt((Problem problem) -> order(problem.file(), sources))
            .thenComparingInt(Problem::line));
    if (sorted.size() > MAX_PROBLEMS) {
      int more = sorted.size() - MAX_PROBLEMS;
      sorted.subList(MAX_PROBLEMS, sorted.size()).clear();
      sorted.add(new Problem("configuration", 0, "", "and " + more + " more problems"));
    }
    return new ConfigException(sorted);
  }

  /// Sources in their order, overrides behind them.
  private static int order(String file, List<ConfigSource> sources) {
    for (int i = 0; i < sources.size(); i++) {
      if (sources.get(i).name().equals(file)) {
        return i;
      }
    }
    return sources.size();
  }
}
