package dev.headgate.pipeline.process.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.SamplerConfig;
import dev.headgate.config.SamplerConfig.AttributeSource;
import dev.headgate.config.SamplerConfig.Mode;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What a Collector 0.155.0 answered, item by item, and what we answer. A row is
/// `signal|mode|percentage|precision|fail_closed|priority|trace id|incoming|outcome`.
class CollectorDecisionsTest {
  private final Map<SamplerConfig, SamplerProcessor> samplers = new HashMap<>();

  @Test
  void decides_about_spans_like_the_collector() {
    List<String> differences = new ArrayList<>();
    for (String[] row : rows("S")) {
      Span.Builder span = SamplerFixture.span(row[6], row[7]);
      if (row[5].equals("0")) {
        span.addAttributes(
            SamplerFixture.attribute("sampling.priority", AnyValue.newBuilder().setIntValue(0)));
      } else if (row[5].equals("1")) {
        span.addAttributes(SamplerFixture.attribute("sampling.priority", "1"));
      }
      String actual = SamplerFixture.traceState(sampler(row), span.build());
      if (!actual.equals(row[8]) && !isMeant(row, actual)) {
        differences.add(String.join("|", row) + " but was " + actual);
      }
    }

    assertThat(differences).isEmpty();
  }

  @Test
  void decides_about_log_records_like_the_collector() {
    List<String> differences = new ArrayList<>();
    for (String[] row : rows("L")) {
      String[] in = row[7].split(";", -1);
      LogRecord.Builder record =
          LogRecord.newBuilder().addAttributes(SamplerFixture.attribute("src", in[2]));
      if (!row[6].matches("0*")) {
        record.setTraceId(SamplerFixture.id(row[6]));
      }
      if (!in[0].isEmpty()) {
        record.addAttributes(SamplerFixture.attribute("sampling.threshold", in[0]));
      }
      if (!in[1].isEmpty()) {
        record.addAttributes(SamplerFixture.attribute("sampling.randomness", in[1]));
      }
      if (!row[5].isEmpty()) {
        record.addAttributes(
            SamplerFixture.attribute("prio", AnyValue.newBuilder().setIntValue(50)));
      }
      LogRecord out = SamplerFixture.sampled(sampler(row), record.build());
      String actual =
          out == null
              ? "DROP"
              : value(out, "sampling.threshold") + ";" + value(out, "sampling.randomness");
      if (!actual.equals(row[8]) && !isMeant(row, actual)) {
        differences.add(String.join("|", row) + " but was " + actual);
      }
    }

    assertThat(differences).isEmpty();
  }

  /* Unreadable values are passed on as they came, and hash_seed at 100 % keeps everything. */
  private static boolean isMeant(String[] row, String actual) {
    boolean malformed = row[7].matches(".*(th:q|rv:3|th:1;|Foo).*|.*;zz;.*|q;.*");
    boolean unchanged =
        row[0].equals("S")
            ? actual.equals(row[7])
            : row[7].startsWith(actual.replace("-", "") + ";");
    boolean everything = row[1].equals("hash_seed") && row[2].equals("100");
    return unchanged && (row[8].equals("DROP") ? everything : malformed);
  }

  private static String value(LogRecord record, String key) {
    return record.getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(KeyValue::getValue)
        .map(AnyValue::getStringValue)
        .findFirst()
        .orElse("-");
  }

  private SamplerProcessor sampler(String[] row) {
    SamplerConfig config =
        new SamplerConfig(
            Double.parseDouble(row[2]),
            Mode.valueOf(row[1].toUpperCase(Locale.ROOT)),
            22,
            Integer.parseInt(row[3]),
            Boolean.parseBoolean(row[4]),
            false,
            17,
            AttributeSource.TRACE_ID,
            "src",
            "prio");
    return samplers.computeIfAbsent(config, SamplerFixture::sampler);
  }

  private static List<String[]> rows(String signal) {
    try (InputStream in =
        CollectorDecisionsTest.class.getResourceAsStream("collector-decisions.csv")) {
      byte[] bytes = Objects.requireNonNull(in).readAllBytes();
      List<String[]> rows =
          new String(bytes, StandardCharsets.UTF_8)
              .lines()
              .map(line -> line.split("\\|", -1))
              .filter(row -> row[0].equals(signal))
              .toList();
      assertThat(rows).hasSizeGreaterThan(100);
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
