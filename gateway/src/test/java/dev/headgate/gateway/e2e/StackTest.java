package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// `deploy/docker-compose.yml` and what it mounts fit together. Whether compose itself reads it is
/// for `test/deploy/run` to say.
class StackTest {
  private static final Path DEPLOY = Path.of("").toAbsolutePath().getParent().resolve("deploy");
  private static final Pattern PINNED =
      Pattern.compile(
          "\\$\\{[A-Z]+_IMAGE:-headgate:local}|[a-z/]+:\\$\\{[A-Z]+_TAG:-v?\\d+\\.\\d+\\.\\d+}");

  /// Of what the environment may name, the file that it is without.
  private static final Pattern DEFAULT = Pattern.compile("\\$\\{[A-Z_]+:-([^}]*)}");

  private final Map<?, ?> services = map(read("docker-compose.yml").get("services"));

  @Test
  void every_image_is_pinned_and_has_a_check_or_says_that_it_has_none() {
    services.forEach((name, service) -> {
      assertThat((String) map(service).get("image")).as("%s", name).matches(PINNED);
      Map<?, ?> check = map(map(service).get("healthcheck"));
      assertThat(check.containsKey("test") || check.get("disable") == Boolean.TRUE)
          .as("%s: healthcheck", name)
          .isTrue();
    });
  }

  @Test
  void the_image_is_built_with_every_label_that_its_file_leaves_open() {
    Map<?, ?> build = map(map(services.get("headgate")).get("build"));
    String image = text("Dockerfile");
    List<String> labels =
        Pattern.compile("(?m)^ARG ([A-Z]+)=(development|unknown)$")
            .matcher(image)
            .results()
            .map(match ->
                match.group(1) + "=${HEADGATE_" + match.group(1) + ":-" + match.group(2) + "}")
            .toList();
    assertThat(labels).hasSize(2);
    assertThat(map(build.get("args")).entrySet().stream().map(Object::toString))
        .containsExactlyElementsOf(labels);
  }

  @Test
  void every_port_is_bound_to_loopback() {
    services.forEach((name, service) ->
        list(map(service).get("ports"))
            .forEach(port -> assertThat((String) port).as("%s", name).startsWith("127.0.0.1:")));
  }

  @Test
  void every_file_that_is_mounted_is_there_and_every_volume_is_named() {
    Map<?, ?> volumes = map(read("docker-compose.yml").get("volumes"));
    services.forEach((name, service) -> {
      for (Object mount : list(map(service).get("volumes"))) {
        String source = DEFAULT.matcher((String) mount).replaceAll("$1").split(":", -1)[0];
        if (source.startsWith("./")) {
          assertThat(DEPLOY.resolve(source)).exists();
          assertThat((String) mount).as("%s", name).endsWith(":ro");
        } else {
          assertThat(volumes.containsKey(source)).as("%s: %s", name, source).isTrue();
        }
      }
    });
  }

  @Test
  void everything_that_is_scraped_and_every_backend_is_a_service() {
    List<String> hosts = new ArrayList<>();
    for (Object job : list(read("prometheus/prometheus.yaml").get("scrape_configs"))) {
      for (Object group : list(map(job).get("static_configs"))) {
        list(map(group).get("targets")).forEach(target -> hosts.add((String) target));
      }
    }
    Map<?, ?> alerting = map(read("prometheus/prometheus.yaml").get("alerting"));
    for (Object group : list(alerting.get("alertmanagers"))) {
      for (Object names : list(map(group).get("dns_sd_configs"))) {
        list(map(names).get("names"))
            .forEach(name -> hosts.add(((String) name).replaceFirst("\\.$", "")));
      }
    }
    assertThat(hosts).contains("alertmanager");
    map(map(services.get("headgate")).get("environment"))
        .forEach((name, value) -> {
          if (((String) name).endsWith("_ENDPOINT")) {
            hosts.add(((String) value).replaceFirst("http://", ""));
          }
        });
    for (Object source : list(sources())) {
      hosts.add(((String) map(source).get("url")).replaceFirst("http://", ""));
    }
    assertThat(hosts).hasSizeGreaterThan(10);
    for (String host : hosts) {
      String name = host.split(":", -1)[0];
      assertThat(name.equals("localhost") || services.containsKey(name)).as(host).isTrue();
    }
  }

  @Test
  void data_sources_lead_to_data_sources() {
    TreeSet<String> ids = new TreeSet<>();
    list(sources()).forEach(source -> ids.add((String) map(source).get("uid")));
    String text = text("grafana/provisioning/datasources/headgate.yaml");
    List<String> targets =
        Pattern.compile("datasourceUid: ([a-z]+)")
            .matcher(text)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(targets).containsExactlyInAnyOrder("tempo", "loki", "tempo");
    assertThat(ids).containsAll(targets).contains("prometheus");
    for (String file : List.of("overview.json", "policy.json")) {
      assertThat(text("grafana/dashboards/" + file)).contains("\"value\": \"prometheus\"");
    }
  }

  @Test
  void loki_makes_labels_of_three_attributes_and_structured_metadata_of_the_rest() {
    Map<?, ?> limits = map(read("loki/loki.yaml").get("limits_config"));
    Map<?, ?> resource = map(map(limits.get("otlp_config")).get("resource_attributes"));
    assertThat(resource.get("ignore_defaults")).isEqualTo(true);
    assertThat(list(resource.get("attributes_config"))).hasSize(1);
    assertThat(map(list(resource.get("attributes_config")).getFirst()).get("attributes"))
        .isEqualTo(List.of("service.name", "service.namespace", "deployment.environment.name"));
    assertThat(limits.get("allow_structured_metadata")).isEqualTo(true);
  }

  @Test
  void nobody_reports_usage() {
    assertThat(map(read("tempo/tempo.yaml").get("usage_report")).get("reporting_enabled"))
        .isEqualTo(false);
    assertThat(map(read("loki/loki.yaml").get("analytics")).get("reporting_enabled"))
        .isEqualTo(false);
    assertThat(map(read("mimir/mimir.yaml").get("usage_stats")).get("enabled")).isEqualTo(false);
    assertThat(
            map(map(services.get("grafana")).get("environment"))
                .get("GF_ANALYTICS_REPORTING_ENABLED"))
        .isEqualTo("false");
  }

  private static Object sources() {
    return Objects.requireNonNull(
        read("grafana/provisioning/datasources/headgate.yaml").get("datasources"));
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return (Map<?, ?>) Objects.requireNonNull(value);
  }

  private static List<?> list(@Nullable Object value) {
    return value == null ? List.of() : (List<?>) value;
  }

  private static Map<?, ?> read(String file) {
    LoadSettings settings = LoadSettings.builder().setLabel(file).build();
    return map(new Load(settings).loadFromString(text(file)));
  }

  private static String text(String file) {
    try {
      return Files.readString(DEPLOY.resolve(file));
    } catch (IOException e) {
      throw new AssertionError(file + " cannot be read", e);
    }
  }
}
