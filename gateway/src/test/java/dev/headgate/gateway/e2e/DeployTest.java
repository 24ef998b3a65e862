package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headgate.config.Signal;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.gateway.ops.Incident;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What `deploy/` tells Prometheus and Grafana is true of the gateway.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DeployTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path RULES = ROOT.resolve("deploy/prometheus/rules");
  private static final Path DASHBOARDS = ROOT.resolve("deploy/grafana/dashboards");

  private static final Pattern METRIC = Pattern.compile("\\b(?:headgate|otelcol)_[a-z0-9_]+");
  private static final Pattern RECORDED = Pattern.compile("\\bheadgate:[a-z0-9_:]+");
  private static final Pattern BY = Pattern.compile("\\b(?:by|without|on) \\(([^)]*)\\)");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=(?:~)?\"");
  private static final Pattern LEGEND =
      Pattern.compile("\\{\\{ *(?:\\$labels\\.)?([a-z_]+) *\\}\\}");
  private static final Pattern HEADING = Pattern.compile("(?m)^### (Headgate[A-Za-z]+)$");

  private static final Pattern TITLE = Pattern.compile("(?m)^#{2,3} (.*)$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^):]+)\\)");

  /// What Prometheus itself adds.
  private static final Set<String> SCRAPED_LABELS = Set.of("job", "instance", "le");

  private static final String YAML =
      GatewayHarness.RECEIVERS
          + """
          exporters:
            nop:
          processors:
            redaction: {allow_all_keys: true, blocked_keys: ["id*"], rule_packs: [secrets]}
            filter: {traces: {span: ['name == "x"']}}
            transform: {log_statements: ['set(log.attributes["a"], "b")']}
            probabilistic_sampler: {sampling_percentage: 50}
            cardinality_guard: {series_limit: 1}
            log_scrubber:
          service:
            telemetry: {metrics: {address: "127.0.0.1:0"}}
            pipelines:
              traces: {receivers: [otlp], processors: [redaction, filter, probabilistic_sampler], exporters: [nop]}
              logs: {receivers: [otlp], processors: [redaction, transform, log_scrubber], exporters: [nop]}
              metrics: {receivers: [otlp], processors: [cardinality_guard], exporters: [nop]}
          """;

  @TempDir Path folder;

  /// An expression with the file and the title it stands under.
  private record Expression(String where, String promql, String texts) {}

  @Test
  void every_metric_and_label_of_dashboards_and_rules_is_in_a_live_scrape() throws Exception {
    String page;
    try (GatewayHarness gateway = GatewayHarness.start(YAML);
        OtlpClient client = gateway.client()) {
      for (Signal signal : Signal.values()) {
        byte[] body = TestOtlp.request(signal, 0, 7);
        assertThat(client.export(Transport.GRPC, signal, body).status()).isZero();
      }
      gateway.assertBalanced();
      page = gateway.admin("GET", "/metrics", "text/plain").body();
    }
    List<Expression> expressions = expressions();
    assertThat(expressions).hasSizeGreaterThan(80);
    Set<String> recorded = new TreeSet<>();
    rules().forEach(rule -> recorded.add(String.valueOf(rule.get("record"))));
    for (Expression expression : expressions) {
      Set<String> labels = new TreeSet<>(SCRAPED_LABELS);
      for (String metric : found(METRIC, expression.promql)) {
        List<String> series =
            page.lines().filter(line -> line.matches("^" + metric + "[ {].*")).toList();
        assertThat(series).as("%s: %s in the scrape", expression.where, metric).isNotEmpty();
        series.forEach(line -> labels.addAll(found(LABEL, line)));
      }
      Set<String> used = new TreeSet<>(found(LABEL, expression.promql));
      found(BY, expression.promql).forEach(list -> used.addAll(List.of(list.split(", *"))));
      used.addAll(found(LEGEND, expression.texts));
      List<String> records = found(RECORDED, expression.promql);
      if (records.isEmpty()) {
        assertThat(labels).as("%s: labels", expression.where).containsAll(used);
      } else {
        assertThat(recorded).as("%s: rules", expression.where).containsAll(records);
      }
    }
  }

  @Test
  void every_expression_is_promql() throws Exception {
    String promtool = promtool();
    assumeTrue(promtool != null, "skipped: no promtool on the PATH (Debian's prometheus)");
    StringBuilder rules = new StringBuilder("groups:\n- name: all\n  rules:\n");
    List<Expression> expressions = expressions();
    for (int i = 0; i < expressions.size(); i++) {
      String promql =
          expressions
              .get(i)
              .promql
              .replace("$__rate_interval", "5m")
              .replace("$__range", "1h")
              .replace("$instance", ".*")
              .replace("'", "''")
              .replaceAll("\\s+", " ");
      assertThat(promql).doesNotContain("$");
      rules.append("  - {record: 'r%d', expr: '%s'}\n".formatted(i, promql));
    }
    Path file = Files.writeString(folder.resolve("rules.yaml"), rules);
    assertThat(run(promtool, "check", "rules", file.toString())).isEmpty();
    for (Path each : files(RULES)) {
      assertThat(run(promtool, "check", "rules", each.toString())).isEmpty();
    }
  }

  @Test
  void every_alert_has_its_place_in_the_runbook_and_nothing_else_has() throws IOException {
    Set<String> alerts = new TreeSet<>();
    for (Map<?, ?> rule : rules()) {
      if (rule.get("alert") instanceof String alert) {
        alerts.add(alert);
        Map<?, ?> annotations = (Map<?, ?>) rule.get("annotations");
        assertThat(annotations.get("runbook_url"))
            .isEqualTo("docs/operations.md#" + alert.toLowerCase(Locale.ROOT));
        assertThat(((Map<?, ?>) rule.get("labels")).get("severity")).isIn("critical", "warning");
        assertThat((String) annotations.get("summary")).isNotBlank();
      }
    }
    assertThat(alerts).hasSizeGreaterThan(10);
    String page = Files.readString(ROOT.resolve("docs/operations.md"));
    assertThat(new TreeSet<>(found(HEADING, page))).isEqualTo(alerts);
  }

  @Test
  void every_incident_has_its_place_in_the_documentation() throws IOException {
    for (Incident.Kind kind : Incident.Kind.values()) {
      String[] parts = kind.runbook().split("#", 2);
      assertThat(anchors(Files.readString(ROOT.resolve(parts[0]))))
          .as("%s", kind)
          .contains("#" + parts[1]);
    }
  }

  private static Set<String> anchors(String page) {
    Set<String> anchors = new TreeSet<>();
    for (String title : found(TITLE, page)) {
      anchors.add("#" + title.toLowerCase(Locale.ROOT).replace(' ', '-'));
    }
    return anchors;
  }

  @Test
  void every_link_of_the_runbook_leads_somewhere() throws IOException {
    Path page = ROOT.resolve("docs/operations.md");
    String text = Files.readString(page);
    Set<String> anchors = anchors(text);
    List<String> links = found(LINK, text);
    assertThat(links).hasSizeGreaterThan(20);
    for (String link : links) {
      if (link.startsWith("#")) {
        assertThat(anchors).contains(link);
      } else {
        assertThat(page.resolveSibling(link.replaceFirst("#.*", ""))).exists();
      }
    }
  }

  /// Mimir's default, `ruler_max_rules_per_rule_group`.
  @Test
  void no_group_is_too_large_for_mimirs_ruler() throws IOException {
    for (Map<?, ?> group : groups()) {
      assertThat((List<?>) group.get("rules")).hasSizeLessThanOrEqualTo(20);
    }
  }

  @Test
  void panels_have_ids_of_their_own_and_do_not_overlap() throws IOException {
    for (Path file : files(DASHBOARDS)) {
      Set<Object> ids = new TreeSet<>();
      Set<String> cells = new TreeSet<>();
      for (Map<?, ?> panel : panels(file)) {
        assertThat(ids.add(panel.get("id"))).as("%s: id %s", file, panel.get("id")).isTrue();
        Map<?, ?> at = (Map<?, ?>) panel.get("gridPos");
        int left = (int) at.get("x");
        int right = left + (int) at.get("w");
        assertThat(right).as("%s: right edge of %s", file, panel.get("title")).isBetween(1, 24);
        for (int x = left; x < right; x++) {
          for (int y = (int) at.get("y"); y < (int) at.get("y") + (int) at.get("h"); y++) {
            assertThat(cells.add(x + "/" + y)).as("%s: %s", file, panel.get("title")).isTrue();
          }
        }
      }
    }
  }

  private static List<Expression> expressions() throws IOException {
    List<Expression> all = new ArrayList<>();
    for (Map<?, ?> rule : rules()) {
      String name =
          String.valueOf(rule.containsKey("alert") ? rule.get("alert") : rule.get("record"));
      all.add(
          new Expression(name, (String) rule.get("expr"), String.valueOf(rule.get("annotations"))));
    }
    for (Path file : files(DASHBOARDS)) {
      for (Map<?, ?> panel : panels(file)) {
        if (panel.get("targets") instanceof List<?> targets) {
          for (Object each : targets) {
            Map<?, ?> target = (Map<?, ?>) each;
            String where = file.getFileName() + ": " + panel.get("title");
            all.add(
                new Expression(
                    where, (String) target.get("expr"), (String) target.get("legendFormat")));
          }
        }
      }
    }
    return all;
  }

  private static List<Map<?, ?>> rules() throws IOException {
    List<Map<?, ?>> rules = new ArrayList<>();
    for (Map<?, ?> group : groups()) {
      for (Object rule : (List<?>) group.get("rules")) {
        rules.add((Map<?, ?>) rule);
      }
    }
    return rules;
  }

  private static List<Map<?, ?>> groups() throws IOException {
    List<Map<?, ?>> groups = new ArrayList<>();
    for (Path file : files(RULES)) {
      for (Object group : (List<?>) read(file).get("groups")) {
        groups.add((Map<?, ?>) group);
      }
    }
    return groups;
  }

  private static List<Map<?, ?>> panels(Path dashboard) throws IOException {
    List<Map<?, ?>> panels = new ArrayList<>();
    for (Object panel : (List<?>) read(dashboard).get("panels")) {
      panels.add((Map<?, ?>) panel);
    }
    assertThat(panels).as("%s: panels", dashboard).isNotEmpty();
    return panels;
  }

  /// A YAML file, or one of JSON, which is YAML as well.
  private static Map<?, ?> read(Path file) throws IOException {
    Load load = new Load(LoadSettings.builder().setLabel(file.toString()).build());
    return (Map<?, ?>) load.loadFromString(Files.readString(file));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.groupCount() == 0 ? match.group() : match.group(1))
        .toList();
  }

  private static @Nullable String promtool() {
    for (String at : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      Path program = Path.of(at, "promtool");
      if (Files.isExecutable(program)) {
        return program.toString();
      }
    }
    return null;
  }

  /// What the program complains of; empty when it exits with 0.
  private String run(String... command) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() == 0 ? "" : Files.readString(output);
  }
}
