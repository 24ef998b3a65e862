package dev.headgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.ConfigSource;
import dev.headgate.config.load.DefaultPolicy;
import dev.headgate.config.load.LoadResult;
import dev.headgate.gateway.cli.Headgate;
import dev.headgate.gateway.cli.PipelineChecks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What the README shows holds. Its commands are executed by `test/readme/run`.
class ReadmeTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern YAML = Pattern.compile("(?ms)^```yaml[^\n]*\n(.*?)^```");
  private static final Pattern COMMAND = Pattern.compile("\\./headgate ([a-z-]+)");
  private static final Pattern VARIABLE = Pattern.compile("(?m)^\\| `([A-Z_]+)`");
  private static final Pattern METRIC = Pattern.compile("\\b(?:headgate|otelcol)_[a-z_]+");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

  private final String readme = read();

  private static String read() {
    try {
      return Files.readString(ROOT.resolve("README.md"));
    } catch (IOException e) {
      throw new AssertionError("the README cannot be read", e);
    }
  }

  @Test
  void every_configuration_loads_without_a_notice() throws ConfigException {
    List<String> blocks = found(YAML);
    assertThat(blocks).isNotEmpty();
    for (String block : blocks) {
      assertThat(load(block).notices()).isEmpty();
    }
  }

  @Test
  void every_command_exists() {
    List<String> commands = found(COMMAND);
    assertThat(commands).contains("run", "demo", "validate");
    List<String> known = commandsOfTheHelp();
    assertThat(known).containsAll(commands);
  }

  private static List<String> commandsOfTheHelp() {
    PrintStream before = System.out;
    ByteArrayOutputStream help = new ByteArrayOutputStream();
    System.setOut(new PrintStream(help, true, UTF_8));
    try {
      assertThat(Headgate.run("--help")).isZero();
    } finally {
      System.setOut(before);
    }
    return Pattern.compile("(?m)^  ([a-z-]+)(?:, [a-z]+)? {2,}[A-Z]")
        .matcher(help.toString(UTF_8))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void names_the_variables_of_the_default_policy() {
    TreeSet<String> read = new TreeSet<>();
    String yaml =
        DefaultPolicy.yaml(name -> {
          read.add(name);
          return null;
        });
    assertThat(yaml).isNotEmpty();
    assertThat(new TreeSet<>(found(VARIABLE))).isEqualTo(read);
  }

  @Test
  void every_metric_it_names_exists() throws ConfigException, IOException {
    LoadResult loaded = load(found(YAML).getFirst());
    Gateway gateway = Assembly.assemble(loaded, () -> loaded, "test");
    try {
      List<String> names = new ArrayList<>();
      gateway.registry().scrape().forEach(family -> names.add(family.getMetadata().getName()));
      List<String> metrics = found(METRIC);
      assertThat(metrics).isNotEmpty();
      for (String metric : metrics) {
        String bare = metric.endsWith("_total") ? metric.substring(0, metric.length() - 6) : metric;
        assertThat(names).as(metric).anyMatch(name -> name.startsWith(bare));
      }
    } finally {
      gateway.stop(Duration.ZERO);
    }
  }

  @Test
  void every_link_leads_somewhere() {
    List<String> links = found(LINK);
    assertThat(links).isNotEmpty();
    for (String link : links) {
      assertThat(ROOT.resolve(link)).exists();
    }
  }

  private List<String> found(Pattern pattern) {
    return pattern
        .matcher(readme)
        .results()
        .map((MatchResult match) -> match.groupCount() == 0 ? match.group() : match.group(1))
        .toList();
  }

  private static LoadResult load(String yaml) throws ConfigException {
    return new ConfigLoader(
            name -> name.equals("LOKI_TOKEN") ? "secret" : null, new PipelineChecks())
        .load(List.of(new ConfigSource("README.md", yaml)), List.of());
  }
}
