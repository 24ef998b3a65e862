package dev.headgate.exporters.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.payload.Tenant;
import org.junit.jupiter.api.Test;

class MetricLaneTest {
  @Test
  void depends_on_the_resource_only() {
    for (int host = 0; host < 50; host++) {
      byte[] one = TestPayloads.metrics(Tenant.NONE, "host-" + host, 1).bytes();
      byte[] other = TestPayloads.metrics(Tenant.NONE, "host-" + host, 2, 3, 4).bytes();

      assertThat(MetricLane.of(one, 10)).isEqualTo(MetricLane.of(other, 10)).isBetween(0, 9);
    }
  }

  @Test
  void spreads_resources() {
    assertThat(
            java.util.stream.IntStream.range(0, 200)
                .map(host ->
                    MetricLane.of(TestPayloads.metrics(Tenant.NONE, "host-" + host, 1).bytes(), 8))
                .distinct())
        .hasSize(8);
  }

  @Test
  void finds_the_resource_behind_other_fields() {
    // ResourceMetrics { schema_url = "s", resource = { dropped_attributes_count = n } }
    byte[] request = {0x0a, 7, 0x1a, 1, 's', 0x0a, 2, 0x10, 5};
    byte[] other = {0x0a, 7, 0x1a, 1, 's', 0x0a, 2, 0x10, 6};

    assertThat(MetricLane.of(request, 1 << 20)).isNotEqualTo(MetricLane.of(other, 1 << 20));
  }

  @Test
  void what_has_no_resource_or_is_no_message_has_a_lane_too() {
    assertThat(MetricLane.of(new byte[0], 4)).isZero();
    assertThat(MetricLane.of(new byte[] {0x0a, 0}, 4)).isZero();
    assertThat(MetricLane.of(new byte[] {0x0a, 99}, 4)).isZero();
    assertThat(MetricLane.of(new byte[] {0, 0, 0}, 4)).isZero();
  }
}
