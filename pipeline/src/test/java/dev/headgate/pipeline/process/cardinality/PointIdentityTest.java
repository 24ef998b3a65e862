package dev.headgate.pipeline.process.cardinality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.CardinalityGuardConfig;
import dev.headgate.pipeline.otlp.SeededHash;
import dev.headgate.pipeline.wire.WireWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointIdentityTest {
  private static final int ATTRIBUTES = 7;
  private static final int TAG = ATTRIBUTES << 3 | 2;

  private final SeededHash hash = new SeededHash(1, 2);
  private final PointIdentity identity = identity();

  private PointIdentity identity() {
    CardinalityGuardConfig config = CardinalityGuardConfig.DEFAULT;
    GuardState state = new GuardState(Duration.ofHours(1), () -> 0, hash);
    GuardMetrics.Bound metrics =
        new GuardMetrics(new PrometheusRegistry()).bind("guard", true, state);
    return new PointIdentity(hash, new LabelRules(config, hash, metrics.unlisted()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 16, 17, 100, 127, 128, 300})
  void a_series_is_the_same_however_its_lengths_are_spelt(int valueBytes) {
    byte[] value = new byte[valueBytes];
    Arrays.fill(value, (byte) 'v');
    long usual = series(value, 0, false);

    assertThat(series(value, 1, false)).isEqualTo(usual);
    assertThat(series(value, 2, false)).isEqualTo(usual);
    assertThat(series(value, 3, false)).isEqualTo(usual);
    assertThat(series(value, 0, true)).isEqualTo(usual);
    value = new byte[valueBytes + 1];
    assertThat(series(value, 0, false)).isNotEqualTo(usual);
  }

  @Test
  void a_key_without_a_value_is_a_series_of_its_own() {
    WireWriter point = new WireWriter(16);
    point.writeTag(ATTRIBUTES, 2);
    point.writeVarint(3);
    point.writeBytesField(1, new byte[] {'k'}, 0, 1);
    byte[] bytes = point.toByteArray();
    identity.read(bytes, 0, point.size(), TAG);

    assertThat(identity.series()).isNotEqualTo(series(new byte[0], 0, false));
  }

  /* One attribute; `padded` says how many of its lengths take five bytes, from the innermost. */
  private long series(byte[] value, int padded, boolean unknownField) {
    WireWriter point = new WireWriter(64);
    point.writeTag(ATTRIBUTES, 2);
    WireWriter attribute = new WireWriter(64);
    attribute.writeBytesField(1, new byte[] {'k', 'e', 'y'}, 0, 3);
    attribute.writeTag(2, 2);
    WireWriter any = new WireWriter(64);
    any.writeTag(1, 2);
    append(any, value, value.length, padded > 0);
    append(attribute, any.array(), any.size(), padded > 1);
    if (unknownField) {
      attribute.writeTag(30, 0);
      attribute.writeVarint(1);
    }
    append(point, attribute.array(), attribute.size(), padded > 2);
    byte[] bytes = point.toByteArray();
    identity.read(bytes, 0, point.size(), TAG);
    return identity.series();
  }

  private static void append(WireWriter out, byte[] body, int bytes, boolean padded) {
    if (padded) {
      for (int shift = 0; shift < 28; shift += 7) {
        out.writeByte(bytes >>> shift & 0x7f | 0x80);
      }
      out.writeByte(0);
    } else {
      out.writeVarint(bytes);
    }
    out.writeRaw(body, 0, bytes);
  }
}
