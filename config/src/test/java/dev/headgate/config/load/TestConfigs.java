package dev.headgate.config.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.ComponentId;
import dev.headgate.config.ExporterConfig;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.OttlGroup;
import dev.headgate.config.ProcessorConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Loads small configurations.
final class TestConfigs {
  static final Map<String, String> NO_ENVIRONMENT = Map.of();

  private TestConfigs() {}

  /// Patterns by the JDK, conditions that hold an equals sign, statements that hold a parenthesis.
  static final class FakeChecks implements ConfigChecks {
    @Override
    public @Nullable String checkPattern(String re2) {
      try {
        Pattern.compile(re2);
        return null;
      } catch (PatternSyntaxException e) {
        return "error at " + e.getIndex();
      }
    }

    @Override
    public @Nullable String checkExtraction(String re2) {
      return re2.matches(".*\\((?!\\?).*") ? "a group without a name" : null;
    }

    @Override
    public @Nullable String checkReplacement(String re2, String replacement) {
      int groups = Pattern.compile(re2).matcher("").groupCount();
      return replacement.contains("$" + (groups + 1)) ? "no group " + (groups + 1) : null;
    }

    @Override
    public List<OttlProblem> checkOttl(OttlGroup group) {
      List<OttlProblem> problems = new ArrayList<>();
      for (int i = 0; i < group.conditions().size(); i++) {
        if (!group.conditions().get(i).contains("==")) {
          problems.add(new OttlProblem(false, i, "no comparison for " + group.context()));
        }
      }
      for (int i = 0; i < group.statements().size(); i++) {
        if (!group.statements().get(i).contains("(")) {
          problems.add(new OttlProblem(true, i, "no call"));
        } else if (group.statements().get(i).contains("nowhere")) {
          problems.add(new OttlProblem(true, -1, "no context"));
        }
      }
      return problems;
    }
  }

  static LoadResult load(Map<String, String> environment, String... yaml) throws ConfigException {
    return new ConfigLoader(environment::get, new FakeChecks()).load(sources(yaml), List.of());
  }

  static LoadResult load(String... yaml) throws ConfigException {
    return load(NO_ENVIRONMENT, yaml);
  }

  static LoadResult loadWith(List<String> overrides, String... yaml) throws ConfigException {
    return new ConfigLoader(_ -> null, new FakeChecks()).load(sources(yaml), overrides);
  }

  private static List<ConfigSource> sources(String... yaml) {
    List<ConfigSource> sources = new ArrayList<>();
    for (int i = 0; i < yaml.length; i++) {
      sources.add(new ConfigSource(i == 0 ? "gateway.yaml" : "more" + i + ".yaml", yaml[i]));
    }
    return sources;
  }

  /// The problems of a configuration that must have some.
  static List<Problem> problems(Map<String, String> environment, String... yaml) {
    try {
      load(environment, yaml);
    } catch (ConfigException e) {
      assertThat(e.problems()).isNotEmpty();
      return e.problems();
    }
    throw new AssertionError("the configuration loaded");
  }

  static List<Problem> problems(String... yaml) {
    return problems(NO_ENVIRONMENT, yaml);
  }

  static List<String> texts(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }

  /// A whole configuration around one processor's block, given as flow YAML such as `{timeout:
  /// 1s}`.
  static String withProcessor(String id, String block) {
    return """
    receivers: {otlp: {protocols: {grpc: }}}
    processors:
      %s: %s
    exporters: {nop: }
    service:
      pipelines:
        traces: {receivers: [otlp], processors: [%s], exporters: [nop]}
    """
        .formatted(id, block, id);
  }

  static String withExporter(String id, String block) {
    return """
    receivers: {otlp: {protocols: {grpc: }}}
    exporters:
      %s: %s
    service:
      pipelines:
        traces: {receivers: [otlp], exporters: [%s]}
    """
        .formatted(id, block, id);
  }

  static String withReceiver(String block) {
    return """
    receivers:
      otlp: %s
    exporters: {nop: }
    service:
      pipelines:
        traces: {receivers: [otlp], exporters: [nop]}
    """
        .formatted(block);
  }

  static String withTelemetry(String block) {
    return """
    receivers: {otlp: {protocols: {grpc: }}}
    exporters: {nop: }
    service:
      telemetry: %s
      pipelines:
        traces: {receivers: [otlp], exporters: [nop]}
    """
        .formatted(block);
  }

  static ProcessorConfig processor(String id, String block) throws ConfigException {
    return only(load(withProcessor(id, block)).config().processors(), id);
  }

  static ExporterConfig exporter(String id, String block) throws ConfigException {
    return only(load(withExporter(id, block)).config().exporters(), id);
  }

  static GatewayConfig config(String yaml) throws ConfigException {
    return load(yaml).config();
  }

  private static <C> C only(Map<ComponentId, C> components, String id) {
    assertThat(components).containsOnlyKeys(ComponentId.parse(id));
    return components.values().iterator().next();
  }
}
