package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricDataTest {
  @Test
  void has_the_numbers_of_the_protocol() {
    List<MetricData> seen = new ArrayList<>();
    for (FieldDescriptor field : Metric.getDescriptor().getFields()) {
      int tag = field.getNumber() << 3 | 2;
      MetricData data = MetricData.ofTag(tag);
      if (field.getContainingOneof() == null) {
        assertThat(data).as(field.getName()).isEqualTo(MetricData.NONE);
        assertThat(MetricData.attributesTag(tag)).as(field.getName()).isZero();
        continue;
      }
      seen.add(data);
      Descriptor points = field.getMessageType().findFieldByName("data_points").getMessageType();
      int attributes = points.findFieldByName("attributes").getNumber();
      assertThat(data.name()).isEqualToIgnoringCase(field.getName());
      assertThat(data.field()).as(field.getName()).isEqualTo(field.getNumber());
      assertThat(data.attributesField()).as(field.getName()).isEqualTo(attributes);
      assertThat(MetricData.attributesTag(tag)).isEqualTo(attributes << 3 | 2);
      assertThat(data.flagsField()).isEqualTo(points.findFieldByName("flags").getNumber());
      assertThat(data.hasTemporality())
          .as(field.getName())
          .isEqualTo(field.getMessageType().findFieldByName("aggregation_temporality") != null);
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            MetricData.GAUGE,
            MetricData.SUM,
            MetricData.HISTOGRAM,
            MetricData.EXPONENTIAL_HISTOGRAM,
            MetricData.SUMMARY);
  }
}
