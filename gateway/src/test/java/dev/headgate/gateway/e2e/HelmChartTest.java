package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.ConfigSource;
import dev.headgate.config.load.LoadResult;
import dev.headgate.gateway.cli.PipelineChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The chart in `deploy/helm`, read by Helm itself, which is there as a library.
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "no Helm for it here")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HelmChartTest {
  private static final Path DEPLOY = Path.of("").toAbsolutePath().getParent().resolve("deploy");
  private static final int PRE_STOP_SECONDS = 5;

  private final Helm chart = new Helm(DEPLOY.resolve("helm/headgate"));

  @Test
  void passes_the_strict_lint() {
    LintResult result = chart.lint().strict().call();
    assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    assertThat(result.getMessages()).noneMatch(message -> message.startsWith("[WARNING]"));
  }

  @Test
  void makes_what_belongs_to_a_gateway_and_no_secret() {
    assertThat(kinds(rendered(template())))
        .containsExactlyInAnyOrder(
            "ConfigMap",
            "Deployment",
            "HorizontalPodAutoscaler",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "Service",
            "Service",
            "ServiceAccount");
    List<Map<?, ?>> all =
        rendered(
            template()
                .set("serviceMonitor.enabled", "true")
                .set("prometheusRule.enabled", "true")
                .set("dashboards.enabled", "true")
                .set("autoscaling.enabled", "false")
                .set("networkPolicy.enabled", "false"));
    assertThat(kinds(all))
        .contains("ServiceMonitor", "PrometheusRule")
        .doesNotContain("HorizontalPodAutoscaler", "NetworkPolicy", "Secret");
    assertThat(map(only(all, "Deployment").get("spec")).get("replicas")).isEqualTo(2);
  }

  @Test
  void the_configuration_it_mounts_loads_with_the_environment_it_sets()
      throws ConfigException, IOException {
    List<Map<?, ?>> all = rendered(template());
    String config = (String) map(only(all, "ConfigMap").get("data")).get("config.yaml");
    assertThat(config).isEqualTo(Files.readString(DEPLOY.resolve("config/production.yaml")));
    Map<String, String> environment = new HashMap<>();
    for (Object variable : list(container(all).get("env"))) {
      environment.put((String) map(variable).get("name"), (String) map(variable).get("value"));
    }
    LoadResult loaded =
        new ConfigLoader(environment::get, new PipelineChecks())
            .load(List.of(new ConfigSource("config.yaml", config)), List.of());
    long grace = (int) Objects.requireNonNull(pod(all).get("terminationGracePeriodSeconds"));
    assertThat(loaded.config().service().shutdownTimeout().toSeconds() + PRE_STOP_SECONDS)
        .isLessThan(grace);
  }

  @Test
  void pods_may_do_as_little_as_they_can_do_with() {
    List<Map<?, ?>> all = rendered(template());
    Map<?, ?> own = map(container(all).get("securityContext"));
    assertThat(own.get("readOnlyRootFilesystem")).isEqualTo(true);
    assertThat(own.get("allowPrivilegeEscalation")).isEqualTo(false);
    assertThat(map(own.get("capabilities")).get("drop")).isEqualTo(List.of("ALL"));
    assertThat(map(pod(all).get("securityContext")).get("runAsNonRoot")).isEqualTo(true);
    assertThat(pod(all).get("automountServiceAccountToken")).isEqualTo(false);
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(map(map(container(all).get(probe)).get("httpGet")).get("port")).isEqualTo("admin");
    }
    // The port that can reload and look stays inside the cluster, whatever the other service is.
    assertThat(map(only(all, "Service").get("spec")).toString())
        .contains("otlp-grpc", "otlp-http")
        .doesNotContain("admin");
    assertThat(map(named(all, "Service", "gw-headgate-admin").get("spec")).get("type"))
        .isEqualTo("ClusterIP");
  }

  @Test
  void secrets_come_by_reference() {
    List<Map<?, ?>> all =
        rendered(
            template()
                .set("secrets.LOKI_TOKEN.name", "tokens")
                .set("secrets.LOKI_TOKEN.key", "loki")
                .set("secretFiles./etc/headgate/tls", "gateway-tls"));
    assertThat(list(container(all).get("env")).toString())
        .contains("{name=LOKI_TOKEN, valueFrom={secretKeyRef={name=tokens, key=loki}}}");
    assertThat(list(container(all).get("volumeMounts")).toString())
        .contains("mountPath=/etc/headgate/tls, readOnly=true");
    assertThat(list(pod(all).get("volumes")).toString()).contains("secretName=gateway-tls");
  }

  @Test
  void the_rules_and_dashboards_are_those_of_the_stack_and_alerts_name_the_namespace()
      throws IOException {
    List<Map<?, ?>> all =
        rendered(
            template().set("prometheusRule.enabled", "true").set("dashboards.enabled", "true"));
    List<Object> groups = new ArrayList<>();
    try (Stream<Path> files = Files.list(DEPLOY.resolve("prometheus/rules"))) {
      for (Path file : files.sorted().toList()) {
        String rules =
            Files.readString(file).replace("{severity: ", "{namespace: observability, severity: ");
        groups.addAll(list(map(documents(rules).getFirst()).get("groups")));
      }
    }
    Object shown = map(only(all, "PrometheusRule").get("spec")).get("groups");
    assertThat(shown).isEqualTo(groups);
    for (Object group : list(shown)) {
      for (Object rule : list(map(group).get("rules"))) {
        if (map(rule).containsKey("alert")) {
          assertThat(map(map(rule).get("labels")).get("namespace")).isEqualTo("observability");
        }
      }
    }
    Map<?, ?> dashboards = map(named(all, "ConfigMap", "gw-headgate-dashboards").get("data"));
    assertThat(dashboards.get("headgate-overview.json"))
        .isEqualTo(Files.readString(DEPLOY.resolve("grafana/dashboards/overview.json")));
  }

  @Test
  void the_runbook_is_where_the_values_say() {
    String base = "https://git.example/headgate/blob/main/";
    TemplateCommand withRules = template().set("prometheusRule.enabled", "true");
    List<Map<?, ?>> all = rendered(withRules.set("prometheusRule.runbookBase", base));
    List<String> links = new ArrayList<>();
    for (Object group : list(map(only(all, "PrometheusRule").get("spec")).get("groups"))) {
      for (Object rule : list(map(group).get("rules"))) {
        if (map(rule).get("annotations") instanceof Map<?, ?> annotations) {
          links.add((String) annotations.get("runbook_url"));
        }
      }
    }
    assertThat(links)
        .hasSizeGreaterThan(10)
        .allMatch(link -> link.startsWith(base + "docs/operations.md#headgate"));
  }

  @Test
  void a_value_that_does_not_exist_is_refused() {
    TemplateCommand wrong = template().set("autoscalling.enabled", "true");
    assertThatThrownBy(wrong::call).hasMessageContaining("autoscalling");
    TemplateCommand tooShort = template().set("terminationGracePeriodSeconds", "10");
    assertThatThrownBy(tooShort::call).hasMessageContaining("terminationGracePeriodSeconds");
    TemplateCommand noFolder = template().set("prometheusRule.runbookBase", "https://git.example");
    assertThatThrownBy(noFolder::call).hasMessageContaining("runbookBase");
  }

  private TemplateCommand template() {
    return chart.template().withName("gw").withNamespace("observability").withKubeVersion("1.31.0");
  }

  private static List<Map<?, ?>> rendered(TemplateCommand command) {
    return documents(command.call());
  }

  private static List<Map<?, ?>> documents(String yaml) {
    List<Map<?, ?>> documents = new ArrayList<>();
    for (Object each : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
      if (each instanceof Map<?, ?> document) {
        documents.add(document);
      }
    }
    return documents;
  }

  private static List<String> kinds(List<Map<?, ?>> documents) {
    return documents.stream().map(each -> String.valueOf(each.get("kind"))).toList();
  }

  private static Map<?, ?> only(List<Map<?, ?>> documents, String kind) {
    return named(documents, kind, "gw-headgate");
  }

  private static Map<?, ?> named(List<Map<?, ?>> documents, String kind, String name) {
    return documents.stream()
        .filter(each -> kind.equals(each.get("kind")))
        .filter(each -> name.equals(map(each.get("metadata")).get("name")))
        .findFirst()
        .orElseThrow();
  }

  private static Map<?, ?> pod(List<Map<?, ?>> documents) {
    return map(map(map(only(documents, "Deployment").get("spec")).get("template")).get("spec"));
  }

  private static Map<?, ?> container(List<Map<?, ?>> documents) {
    return map(list(pod(documents).get("containers")).getFirst());
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return (Map<?, ?>) Objects.requireNonNull(value);
  }

  private static List<?> list(@Nullable Object value) {
    return (List<?>) Objects.requireNonNull(value);
  }
}
