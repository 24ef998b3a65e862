package dev.headgate.gateway.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.Signal;
import dev.headgate.gateway.readback.HttpCalls;
import dev.headgate.gateway.readback.JsonValue;
import dev.headgate.gateway.readback.LokiReader;
import dev.headgate.gateway.readback.MimirReader;
import dev.headgate.gateway.readback.TempoReader;
import dev.headgate.gateway.smoke.Smoke;
import dev.headgate.gateway.smoke.SmokeReport;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What holds before real backends, however they and the gateway are run: what is sent is there,
/// under the right names and for the right tenant, secrets are not, and a pause loses nothing.
abstract class BackendContract {
  static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration IN_VAIN = Duration.ofSeconds(2);
  private static final int ITEMS = 50;

  private @Nullable RealBackend backend;
  private @Nullable RealGateway gateway;

  /// Starts a backend, and waits until it is ready. Skips the test where there is none.
  ///
  /// @param tenants whether it asks for a tenant
  abstract RealBackend backend(Product product, boolean tenants) throws Exception;

  /// Starts a gateway before it.
  ///
  /// @param endpoints by the names of their variables
  abstract RealGateway gateway(Map<String, String> endpoints) throws Exception;

  /// Closes what connected the two. Called when both have ended: a network in use stays.
  void closeNetwork() {
    // On loopback there is nothing to close.
  }

  @AfterEach
  final void stop() {
    try {
      if (gateway != null) {
        gateway.close();
      }
    } finally {
      try {
        if (backend != null) {
          backend.close();
        }
      } finally {
        closeNetwork();
      }
    }
  }

  private void start(Product product, boolean tenants) throws Exception {
    backend = backend(product, tenants);
    gateway = gateway(Map.of(product.endpointVariable(), backend.endpoint()));
  }

  private RealBackend backend() {
    return Objects.requireNonNull(backend);
  }

  private RealGateway gateway() {
    return Objects.requireNonNull(gateway);
  }

  @ParameterizedTest
  @EnumSource
  void smoke_passes_and_names_a_backend_that_stands_still(Product product) throws Exception {
    start(product, false);
    Signal signal = product.signal();
    SmokeReport report = smoke(gateway(), signal, backend().api(), PATIENCE);
    assertThat(report.passed()).as(report.text()).isTrue();

    backend().pause();
    SmokeReport failed = smoke(gateway(), signal, backend().api(), IN_VAIN);
    assertThat(failed.passed()).isFalse();
    assertThat(failed.text()).contains("NOT ARRIVED at " + backend().api());
  }

  @Test
  void tempo_shows_the_span_of_an_sdk_without_its_secret() throws Exception {
    start(Product.TEMPO, false);
    SdkShop.Ids ids = order(Signal.TRACES);

    TempoReader tempo = new TempoReader(backend().api(), calls(""));
    eventually(() -> {
      Span span = TempoReader.spans(tempo.trace(ids.traceId()).orElseThrow()).getFirst();
      assertThat(span.getName()).isEqualTo("GET /orders/{id}");
      assertThat(span.toString()).contains("[REDACTED]").doesNotContain(SdkShop.SECRET);
    });
  }

  @Test
  void loki_has_three_labels_and_everything_else_beside_the_line() throws Exception {
    start(Product.LOKI, false);
    SdkShop.Ids ids = order(Signal.LOGS);

    LokiReader loki = new LokiReader(backend().api(), calls(""));
    // As Grafana asks when it goes from a trace to its logs.
    String query = "{service_name=\"shop\"} | trace_id = \"" + ids.traceId() + "\"";
    Instant now = Instant.now();
    Duration around = Duration.ofMinutes(10);
    eventually(() -> {
      List<LokiReader.Entry> found = loki.query(query, now.minus(around), now.plus(around), 10);
      assertThat(found).hasSize(1);
      assertThat(found.getFirst().line())
          .isEqualTo("order failed, Authorization: Bearer [REDACTED]");
      assertThat(found.getFirst().labels())
          .containsEntry("trace_id", ids.traceId())
          .containsEntry("span_id", ids.spanId())
          .containsEntry("session_id", "session-1")
          .containsEntry("service_instance_id", SdkShop.INSTANCE)
          .containsEntry("user_email", "[REDACTED]");
    });
    assertThat(streams())
        .containsExactly(
            Map.of(
                "service_name", SdkShop.SERVICE,
                "service_namespace", SdkShop.NAMESPACE,
                "deployment_environment_name", "test"));
  }

  private List<Map<String, String>> streams() throws IOException {
    Map<String, String> all = Map.of("match[]", "{service_name=~\".+\"}");
    URI uri = HttpCalls.below(backend().api(), "/loki/api/v1/series", all);
    return calls("").json(uri).get("data").items().stream().map(JsonValue::texts).toList();
  }

  @Test
  void mimir_has_the_names_that_prometheus_gives_and_exemplars() throws Exception {
    start(Product.MIMIR, false);
    SdkShop.Ids ids = order(Signal.METRICS);

    MimirReader mimir = new MimirReader(backend().api(), calls(""));
    eventually(() -> {
      List<MimirReader.Sample> samples =
          mimir.query("{job=\"real-test/shop\", instance=\"shop-1\", le=~\"|[+]Inf\"}");
      assertThat(samples)
          .extracting(sample -> sample.labels().get("__name__"))
          .containsExactlyInAnyOrder(
              "shop_work_seconds_total",
              "shop_traffic_bytes_total",
              "shop_orders_total",
              "shop_order_duration_seconds_bucket",
              "shop_order_duration_seconds_count",
              "shop_order_duration_seconds_sum",
              "target_info");
      assertThat(samples.toString()).contains("[REDACTED]").doesNotContain(SdkShop.SECRET);
    });
    assertThat(exemplarsOf("shop_order_duration_seconds_bucket"))
        .containsExactly(Map.of("trace_id", ids.traceId(), "span_id", ids.spanId()));
  }

  private List<Map<String, String>> exemplarsOf(String metric) throws IOException {
    Instant now = Instant.now();
    Map<String, String> query =
        Map.of(
            "query", metric,
            "start", Long.toString(now.minusSeconds(600).getEpochSecond()),
            "end", Long.toString(now.plusSeconds(10).getEpochSecond()));
    URI uri = HttpCalls.below(backend().api(), "/prometheus/api/v1/query_exemplars", query);
    return calls("").json(uri).get("data").items().stream()
        .flatMap(series -> series.get("exemplars").items().stream())
        .map(exemplar -> exemplar.get("labels").texts())
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void each_tenant_sees_its_own_and_what_has_none_is_given_up_at_once(Product product)
      throws Exception {
    start(product, true);
    Signal signal = product.signal();
    CountedItems annas = new CountedItems(signal, "annas");
    CountedItems berts = new CountedItems(signal, "berts");
    annas.send(gateway(), "anna", 3);
    berts.send(gateway(), "bert", 2);
    new CountedItems(signal, "nobodys").send(gateway(), "", 1);

    URI api = backend().api();
    eventually(() -> {
      assertThat(annas.count(api, "anna")).isEqualTo(3);
      assertThat(berts.count(api, "bert")).isEqualTo(2);
      assertThat(gateway().books(signal)).isEqualTo(new RealGateway.Books(6, 5, 1, 0));
    });
    assertThat(annas.count(api, "bert")).isZero();
    assertThat(berts.count(api, "anna")).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void nothing_is_lost_while_a_backend_stands_still(Product product) throws Exception {
    start(product, false);
    Signal signal = product.signal();
    CountedItems items = new CountedItems(signal, "paused");
    items.send(gateway(), "", ITEMS);
    backend().pause();
    items.send(gateway(), "", ITEMS);
    eventually(() -> assertThat(gateway().retryable(product.exporter())).isPositive());
    items.send(gateway(), "", ITEMS);
    backend().resume();

    eventually(() -> {
      assertThat(gateway().books(signal))
          .isEqualTo(new RealGateway.Books(items.sent(), items.sent(), 0, 0));
      assertThat(items.count(backend().api(), "")).isEqualTo(items.sent());
    });
  }

  private SdkShop.Ids order(Signal signal) {
    return new SdkShop(gateway().grpc().toString(), signal).order();
  }

  /// One signal through a gateway to a backend.
  static SmokeReport smoke(RealGateway gateway, Signal signal, URI api, Duration timeout)
      throws InterruptedException {
    return new Smoke(
            new Smoke.Settings(
                gateway.http(),
                signal == Signal.TRACES ? api : null,
                signal == Signal.LOGS ? api : null,
                signal == Signal.METRICS ? api : null,
                "",
                timeout,
                100))
        .run();
  }

  static HttpCalls calls(String tenant) {
    return HttpCalls.ofTenant(Duration.ofSeconds(10), tenant);
  }

  static void eventually(ThrowingRunnable holds) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(250))
        .ignoreExceptions()
        .untilAsserted(holds);
  }
}
