package dev.headgate.exporters.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExporterMetricsTest {
  private final DeliveryRig rig = new DeliveryRig();

  @Test
  void everything_is_there_at_zero_before_the_first_item() {
    rig.delivery();

    for (String items : List.of("log_records", "metric_points")) {
      for (String what : List.of("sent_", "send_failed_", "enqueue_failed_")) {
        String name = "otelcol_exporter_" + what + items;
        assertThat(samples(name)).as(name).isPositive();
        assertThat(rig.sum(name)).as(name).isZero();
      }
    }
    for (String name :
        List.of(
            "otelcol_exporter_queue_size",
            "otelcol_exporter_in_flight_requests",
            "headgate_exporter_queue_bytes",
            "headgate_exporter_queue_oldest_age_seconds",
            "headgate_exporter_requests",
            "headgate_exporter_retries")) {
      assertThat(samples(name)).as(name).isPositive();
      assertThat(rig.sum(name)).as(name).isZero();
    }
    assertThat(rig.sum("otelcol_exporter_queue_capacity", Labels.of("data_type", "logs")))
        .isEqualTo(1000);
    assertThat(rig.sum("headgate_exporter_queue_capacity_bytes")).isPositive();
    assertThat(samples("headgate_exporter_request_duration_seconds")).isPositive();
  }

  @Test
  void shows_only_the_signals_that_the_exporter_has() {
    rig.delivery();

    assertThat(samples("otelcol_exporter_sent_spans")).isZero();
    assertThat(labels("otelcol_exporter_queue_size"))
        .containsExactlyInAnyOrder(
            Labels.of("data_type", "logs", "exporter", DeliveryRig.ID),
            Labels.of("data_type", "metrics", "exporter", DeliveryRig.ID));
  }

  private int samples(String name) {
    return labels(name).size();
  }

  private List<Labels> labels(String name) {
    for (MetricSnapshot snapshot : rig.registry.scrape()) {
      if (snapshot.getMetadata().getName().equals(name)) {
        return snapshot.getDataPoints().stream()
            .map(point -> point.getLabels())
            .collect(Collectors.toList());
      }
    }
    return List.of();
  }
}
