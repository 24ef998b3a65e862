package dev.headgate.pipeline.process.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.headgate.config.OttlGroup;
import dev.headgate.config.OttlGroup.ErrorMode;
import dev.headgate.config.Signal;
import dev.headgate.config.TransformConfig;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.otlp.RandomOtlp;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.LendingContext;
import dev.headgate.pipeline.process.ottl.OttlTexts;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Random statements on random OTLP, unknown fields and nested values included, against the same
/// changes of protobuf-java's objects.
class TransformDifferentialTest {
  private static final int REQUESTS = 150;
  private static final long SEED = 20_261_121L;

  private final ChainContext context = LendingContext.create();

  @ParameterizedTest
  @CsvSource({
    "TRACES, resource",
    "TRACES, scope",
    "TRACES, span",
    "TRACES, spanevent",
    "LOGS, resource",
    "LOGS, log",
    "METRICS, scope",
    "METRICS, datapoint"
  })
  void changes_what_the_model_changes(Signal signal, String contextName) {
    RandomOtlp random = new RandomOtlp(SEED + contextName.hashCode());
    int changed = 0;
    int unchanged = 0;
    for (int i = 0; i < REQUESTS; i++) {
      List<TransformModel.Step> steps = steps(random.random(), contextName);
      List<String> texts = steps.stream().map(TransformModel.Step::statement).toList();
      Message in = random.nextMessage(signal);
      Message expected = TransformModel.apply(in, contextName, steps);
      Payload payload = new Payload(signal, Tenant.NONE, SpareBytes.of(in.toByteArray()), 1);

      Payload out = processor(signal, contextName, texts).process(payload, context);

      assertThat(RandomOtlp.parse(signal, out.bytes().toArray()))
          .as("seed %d request %d %s", SEED, i, texts)
          .isEqualTo(expected);
      if (expected.equals(in)) {
        assertThat(out).as("seed %d request %d %s", SEED, i, texts).isSameAs(payload);
        unchanged++;
      } else {
        changed++;
      }
    }
    assertThat(changed).isGreaterThan(REQUESTS / 4);
    assertThat(unchanged).isPositive();
  }

  private static List<TransformModel.Step> steps(SplittableRandom random, String contextName) {
    List<TransformModel.Step> pool = TransformModel.pool(contextName);
    List<TransformModel.Step> steps = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      steps.add(pool.get(random.nextInt(pool.size())));
    }
    return steps;
  }

  private static TransformProcessor processor(
      Signal signal, String contextName, List<String> statements) {
    OttlGroup group = new OttlGroup(signal, contextName, List.of(), statements, ErrorMode.SILENT);
    return new TransformProcessor(
        "transform",
        new TransformConfig(List.of(group)),
        new TransformMetrics(new PrometheusRegistry()),
        OttlTexts.log());
  }
}
