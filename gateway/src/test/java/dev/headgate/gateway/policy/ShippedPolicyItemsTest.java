package dev.headgate.gateway.policy;

import static dev.headgate.gateway.policy.PolicyOtlp.attribute;
import static dev.headgate.gateway.policy.PolicyOtlp.failed;
import static dev.headgate.gateway.policy.PolicyOtlp.span;
import static dev.headgate.gateway.policy.PolicyOtlp.wanted;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.OtlpItems;
import dev.headgate.gateway.backends.Received;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.gateway.e2e.TestOtlp;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the policy lets through, and to whom.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ShippedPolicyItemsTest {
  private final ShippedPolicy policy = new ShippedPolicy();

  @AfterAll
  void close() {
    policy.close();
  }

  @Test
  void a_tenth_of_the_traces_is_kept_and_whole() {
    int traces = 5_000;
    List<Span.Builder> spans = new ArrayList<>();
    for (int trace = 1; trace <= traces; trace++) {
      spans.add(span("first", trace));
      spans.add(span("second", trace));
    }
    List<Span> kept = policy.send(spans.toArray(Span.Builder[]::new));

    Set<?> ids = new HashSet<>(kept.stream().map(Span::getTraceId).toList());
    assertThat(ids).hasSizeBetween(traces * 8 / 100, traces * 12 / 100);
    assertThat(kept).hasSize(2 * ids.size());
  }

  @Test
  void every_span_with_an_error_is_kept() {
    List<Span.Builder> spans = new ArrayList<>();
    for (int trace = 1; trace <= 500; trace++) {
      spans.add(span("work", trace).setStatus(failed("work").getStatus()));
    }
    assertThat(policy.send(spans.toArray(Span.Builder[]::new))).hasSize(500);
  }

  @ParameterizedTest
  @CsvSource({
    "url.path,/healthz",
    "url.path,/api/health",
    "url.path,/actuator/health/liveness",
    "http.target,/readyz?verbose=1",
    "http.route,/livez",
    "url.path,/assets/app.9f3c.js",
    "http.target,/logo.svg?v=3",
    "url.full,https://cdn.example/fonts/a.woff2",
    "http.url,https://cdn.example/site.css?x=1"
  })
  void probes_and_files_are_dropped_unless_they_failed(String key, String value) {
    List<Span> kept =
        policy.send(
            wanted("GET").addAttributes(attribute(key, value)),
            failed("GET").addAttributes(attribute(key, value)));
    assertThat(kept).extracting(Span::getStatus).containsExactly(failed("GET").getStatus());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /healthz",
        "/health-check",
        "grpc.health.v1.Health/Check",
        "GET /favicon.ico"
      })
  void probes_and_files_are_known_by_their_names_too(String name) {
    assertThat(policy.send(wanted(name), failed(name)))
        .extracting(Span::getStatus)
        .containsExactly(failed(name).getStatus());
  }

  @Test
  void what_only_looks_like_a_probe_or_a_file_stays() {
    List<Span.Builder> spans =
        List.of(
            wanted("PING"),
            wanted("health"),
            wanted("GET").addAttributes(attribute("url.path", "/health-insurance/offers")),
            wanted("GET").addAttributes(attribute("url.path", "/docs/app.js/versions")),
            wanted("GET").addAttributes(attribute("http.target", "/search?q=a.css")),
            wanted("GET").addAttributes(attribute("url.full", "https://shop.example/cart")),
            wanted("PUT")
                .addAttributes(attribute("http.request.method", "PUT"))
                .addAttributes(attribute("url.path", "/uploads/cat.png")),
            wanted("POST")
                .addAttributes(attribute("http.method", "POST"))
                .addAttributes(attribute("http.target", "/uploads/cat.png")));
    assertThat(policy.send(spans.toArray(Span.Builder[]::new))).hasSize(spans.size());
  }

  @Test
  void a_metric_has_a_hundred_series() {
    Gauge.Builder gauge = Gauge.newBuilder();
    for (int i = 0; i < 150; i++) {
      gauge.addDataPoints(PolicyOtlp.point(i).addAttributes(attribute("path", "/" + i)));
    }
    assertThat(policy.send(Metric.newBuilder().setName("exploding").setGauge(gauge))).hasSize(100);
    assertThat(policy.metric("headgate_cardinality_dropped_points_total", "metric=\"exploding\""))
        .isEqualTo(50);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void the_tenant_goes_with_its_data(Transport transport) {
    for (Signal signal : Signal.values()) {
      Message request = OtlpItems.parse(signal, TestOtlp.request(signal, 0, 100));
      for (String tenant : List.of("team-a", "team-b")) {
        List<Received> received = policy.send(transport, request, Map.of("X-Scope-OrgID", tenant));
        assertThat(received)
            .isNotEmpty()
            .allSatisfy(one -> assertThat(one.headers()).containsEntry("x-scope-orgid", tenant));
      }
      assertThat(policy.send(transport, request, Map.of()))
          .noneMatch(one -> one.headers().containsKey("x-scope-orgid"));
    }
  }
}
