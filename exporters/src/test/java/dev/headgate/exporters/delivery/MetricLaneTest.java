package dev.headgate.exporters.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.payload.Tenant;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricLaneTest {
  private static int lane(byte[] request, int lanes) {
    Bytes bytes = SpareBytes.of(request);
    List<MetricLane.Part> parts = MetricLane.split(bytes, 7, lanes);
    assertThat(parts).hasSize(1);
    assertThat(parts.getFirst().bytes()).isSameAs(bytes);
    assertThat(parts.getFirst().items()).isEqualTo(7);
    return parts.getFirst().lane();
  }

  private static byte[] metrics(String host, long... ids) {
    return TestPayloads.metrics(Tenant.NONE, host, ids).bytes().toArray();
  }

  @Test
  void depends_on_the_resource_only() {
    for (int host = 0; host < 50; host++) {
      assertThat(lane(metrics("host-" + host, 1), 10))
          .isEqualTo(lane(metrics("host-" + host, 2, 3, 4), 10))
          .isBetween(0, 9);
    }
  }

  @Test
  void spreads_resources() {
    assertThat(IntStream.range(0, 200).map(host -> lane(metrics("host-" + host, 1), 8)).distinct())
        .hasSize(8);
  }

  @Test
  void finds_the_resource_behind_other_fields() {
    // ResourceMetrics { schema_url = "s", resource = { dropped_attributes_count = n } }
    byte[] request = {0x0a, 7, 0x1a, 1, 's', 0x0a, 2, 0x10, 5};
    byte[] other = {0x0a, 7, 0x1a, 1, 's', 0x0a, 2, 0x10, 6};

    assertThat(lane(request, 1 << 20)).isNotEqualTo(lane(other, 1 << 20));
  }

  @Test
  void what_has_no_resource_or_is_no_message_has_a_lane_too() {
    assertThat(lane(new byte[0], 4)).isZero();
    assertThat(lane(new byte[] {0x0a, 0}, 4)).isZero();
    assertThat(lane(new byte[] {0x0a, 99}, 4)).isZero();
    assertThat(lane(new byte[] {0, 0, 0}, 4)).isZero();
  }

  @Test
  void a_request_of_several_resources_is_divided_in_order() throws InvalidProtocolBufferException {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    for (int i = 0; i < 40; i++) {
      request.mergeFrom(metrics("host-" + i % 7, i));
    }
    byte[] bytes = request.build().toByteArray();
    List<ResourceMetrics> expected = new ArrayList<>();
    List<ResourceMetrics> divided = new ArrayList<>();
    int items = 0;
    for (MetricLane.Part part : MetricLane.split(SpareBytes.of(bytes), 40, 4)) {
      items += part.items();
      List<ResourceMetrics> own =
          ExportMetricsServiceRequest.parseFrom(part.bytes().toArray()).getResourceMetricsList();
      divided.addAll(own);
      for (ResourceMetrics resource : request.getResourceMetricsList()) {
        byte[] alone =
            ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(resource)
                .build()
                .toByteArray();
        if (lane(alone, 4) == part.lane()) {
          expected.add(resource);
        }
      }
    }
    assertThat(items).isEqualTo(40);
    assertThat(divided).hasSize(40).isEqualTo(expected);
  }

  @Test
  void what_holds_no_items_is_in_no_part() throws InvalidProtocolBufferException {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    for (int host = 0; host < 40; host++) {
      byte[] one = host < 2 ? metrics("host-" + host, host) : metrics("host-" + host);
      request.mergeFrom(one);
    }

    List<MetricLane.Part> parts =
        MetricLane.split(SpareBytes.of(request.build().toByteArray()), 2, 1 << 10);

    assertThat(parts).hasSize(2).allMatch(part -> part.items() == 1);
  }
}
