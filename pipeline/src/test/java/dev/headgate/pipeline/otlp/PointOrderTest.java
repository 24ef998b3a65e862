package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.SpareBytes;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PointOrderTest {
  private static final SeededHash HASH = new SeededHash(3, 5);

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static NumberDataPoint point(String host, long time, long value) {
    return NumberDataPoint.newBuilder()
        .addAttributes(attribute("host", host))
        .addAttributes(attribute("zone", "z"))
        .setTimeUnixNano(time)
        .setAsInt(value)
        .build();
  }

  private static byte[] gauge(NumberDataPoint... points) {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    request
        .addResourceMetricsBuilder()
        .addScopeMetricsBuilder()
        .addMetricsBuilder()
        .setName("m")
        .getGaugeBuilder()
        .addAllDataPoints(List.of(points));
    return request.build().toByteArray();
  }

  private static ExportMetricsServiceRequest parse(byte[] bytes) {
    try {
      return ExportMetricsServiceRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static List<NumberDataPoint> points(byte[] request) {
    return parse(request)
        .getResourceMetrics(0)
        .getScopeMetrics(0)
        .getMetrics(0)
        .getGauge()
        .getDataPointsList();
  }

  @Test
  void what_is_in_order_is_the_identical_array() {
    byte[] request = gauge(point("a", 1, 1), point("b", 1, 1), point("a", 2, 2), point("b", 9, 1));
    Bytes bytes = SpareBytes.of(request);
    PointOrder.Result result = PointOrder.sort(HASH, bytes);
    assertThat(result.bytes()).isSameAs(bytes);
    assertThat(result.duplicates()).isZero();
    assertThat(PointOrder.sort(HASH, SpareBytes.of(new byte[0])).bytes().length()).isZero();
  }

  @Test
  void points_of_a_series_are_sorted_in_its_own_places() {
    byte[] request = gauge(point("a", 3, 3), point("b", 5, 5), point("a", 1, 1), point("a", 2, 2));
    assertThat(points(PointOrder.sort(HASH, SpareBytes.of(request)).bytes().toArray()))
        .containsExactly(point("a", 1, 1), point("b", 5, 5), point("a", 2, 2), point("a", 3, 3));
  }

  @Test
  void of_points_of_one_time_the_last_stays() {
    byte[] request = gauge(point("a", 1, 1), point("b", 1, 7), point("a", 1, 2), point("a", 1, 3));
    PointOrder.Result result = PointOrder.sort(HASH, SpareBytes.of(request));
    assertThat(points(result.bytes().toArray()))
        .containsExactly(point("a", 1, 3), point("b", 1, 7));
    assertThat(result.duplicates()).isEqualTo(2);
  }

  @Test
  void the_order_of_attributes_does_not_make_a_series() {
    NumberDataPoint turned =
        NumberDataPoint.newBuilder()
            .addAttributes(attribute("zone", "z"))
            .addAttributes(attribute("host", "a"))
            .setTimeUnixNano(1)
            .setAsInt(9)
            .build();
    assertThat(
            points(
                (PointOrder.sort(HASH, SpareBytes.of(gauge(point("a", 1, 1), turned))).bytes())
                    .toArray()))
        .containsExactly(turned);
  }

  @Test
  void resource_scope_name_unit_and_kind_make_a_series() {
    List<ResourceMetrics> all = new ArrayList<>();
    for (int variant = 0; variant < 5; variant++) {
      ResourceMetrics.Builder resource = ResourceMetrics.newBuilder();
      resource.getResourceBuilder().addAttributes(attribute("r", variant == 1 ? "1" : "0"));
      ScopeMetrics.Builder scope = resource.addScopeMetricsBuilder();
      scope.getScopeBuilder().setName(variant == 2 ? "s" : "t");
      Metric.Builder metric = scope.addMetricsBuilder().setName(variant == 3 ? "n" : "m");
      if (variant == 4) {
        metric.getSumBuilder().addDataPoints(point("a", 1, variant));
      } else {
        metric.getGaugeBuilder().addDataPoints(point("a", 1, variant));
      }
      all.add(resource.build());
    }
    byte[] request =
        ExportMetricsServiceRequest.newBuilder().addAllResourceMetrics(all).build().toByteArray();
    Bytes bytes = SpareBytes.of(request);
    assertThat(PointOrder.sort(HASH, bytes).bytes()).isSameAs(bytes);
  }

  @Test
  void a_series_is_sorted_over_messages_and_empty_ones_go() {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    for (long time : new long[] {2, 1, 2}) {
      request.addAllResourceMetrics(parse(gauge(point("a", time, time))).getResourceMetricsList());
    }
    PointOrder.Result result = PointOrder.sort(HASH, SpareBytes.of(request.build().toByteArray()));
    ExportMetricsServiceRequest.Builder expected = ExportMetricsServiceRequest.newBuilder();
    for (long time : new long[] {1, 2}) {
      expected.addAllResourceMetrics(parse(gauge(point("a", time, time))).getResourceMetricsList());
    }
    assertThat(parse(result.bytes().toArray())).isEqualTo(expected.build());
    assertThat(result.duplicates()).isEqualTo(1);
  }

  @Test
  void histograms_have_their_attributes_elsewhere() {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    var histogram =
        request
            .addResourceMetricsBuilder()
            .addScopeMetricsBuilder()
            .addMetricsBuilder()
            .setName("h")
            .getHistogramBuilder();
    for (long time : new long[] {3, 1}) {
      for (String host : List.of("a", "b")) {
        histogram.addDataPoints(
            HistogramDataPoint.newBuilder()
                .addAttributes(attribute("host", host))
                .addBucketCounts(time)
                .setTimeUnixNano(time));
      }
    }
    byte[] sorted =
        PointOrder.sort(HASH, SpareBytes.of(request.build().toByteArray())).bytes().toArray();
    assertThat(
            parse(sorted)
                .getResourceMetrics(0)
                .getScopeMetrics(0)
                .getMetrics(0)
                .getHistogram()
                .getDataPointsList()
                .stream()
                .map(HistogramDataPoint::getTimeUnixNano))
        .containsExactly(1L, 1L, 3L, 3L);
  }

  @Test
  void every_series_ends_in_order_with_its_last_values() {
    long seed = 20_261_121;
    System.out.println("seed: " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
      Map<String, TreeMap<Long, Long>> expected = new HashMap<>();
      int total = 0;
      for (int message = 0; message < 1 + random.nextInt(6); message++) {
        String name = "m" + random.nextInt(2);
        Metric.Builder metric =
            request
                .addResourceMetricsBuilder()
                .addScopeMetricsBuilder()
                .addMetricsBuilder()
                .setName(name);
        for (int i = 0; i < random.nextInt(20); i++) {
          String host = "h" + random.nextInt(3);
          long time = Long.MAX_VALUE - 5 + random.nextInt(10);
          metric.getGaugeBuilder().addDataPoints(point(host, time, ++total));
          expected
              .computeIfAbsent(name + host, key -> new TreeMap<>(Long::compareUnsigned))
              .put(time, (long) total);
        }
      }
      PointOrder.Result result =
          PointOrder.sort(HASH, SpareBytes.of(request.build().toByteArray()));
      Map<String, List<Map.Entry<Long, Long>>> actual = new HashMap<>();
      int left = 0;
      for (ResourceMetrics resource : parse(result.bytes().toArray()).getResourceMetricsList()) {
        for (Metric metric : resource.getScopeMetrics(0).getMetricsList()) {
          for (NumberDataPoint point : metric.getGauge().getDataPointsList()) {
            String host = point.getAttributes(0).getValue().getStringValue();
            actual
                .computeIfAbsent(metric.getName() + host, key -> new ArrayList<>())
                .add(Map.entry(point.getTimeUnixNano(), point.getAsInt()));
            left++;
          }
        }
      }
      assertThat(result.duplicates()).isEqualTo(total - left);
      assertThat(actual.keySet()).isEqualTo(expected.keySet());
      expected.forEach((series, points) ->
          assertThat(actual.get(series)).containsExactlyElementsOf(points.entrySet()));
    }
  }
}
