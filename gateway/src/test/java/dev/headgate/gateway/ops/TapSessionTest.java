package dev.headgate.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.PipelineId;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TapSessionTest {
  private static final long DEADLINE_NANOS = 1_000_000_000L;

  private long now;

  /// How far the time goes on at each look at the clock.
  private long stepNanos;

  private final TapSession session = new TapSession(this::nanoTime, null, "");

  private long nanoTime() {
    now += stepNanos;
    return now;
  }

  private static Payload logs(int count, String resource, String body) {
    LogRecord item =
        LogRecord.newBuilder().setBody(AnyValue.newBuilder().setStringValue(body)).build();
    ScopeLogs.Builder scope = ScopeLogs.newBuilder();
    for (int i = 0; i < count; i++) {
      scope.addLogRecords(item);
    }
    ResourceLogs.Builder logs = ResourceLogs.newBuilder().addScopeLogs(scope);
    logs.getResourceBuilder()
        .addAttributes(
            KeyValue.newBuilder()
                .setKey("about")
                .setValue(AnyValue.newBuilder().setStringValue(resource)));
    byte[] bytes =
        ExportLogsServiceRequest.newBuilder().addResourceLogs(logs).build().toByteArray();
    return new Payload(Signal.LOGS, Tenant.NONE, bytes, count);
  }

  private void see(Payload payload) {
    session.see(new PipelineId(Signal.LOGS, ""), payload);
    now += 100_000_000L;
  }

  /// What there is; a limit that is reached, so that nobody waits.
  private List<String> collect(int limit) throws Exception {
    byte[] lines = session.collect(limit, now + DEADLINE_NANOS);
    return new String(lines, StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void many_small_items_with_a_large_resource_are_shown_one_by_one() throws Exception {
    see(logs(30_000, "r".repeat(100_000), "few"));
    assertThat(collect(5))
        .hasSize(5)
        .allSatisfy(line -> assertThat(line.split("few", -1)).hasSize(2));
  }

  @Test
  void the_answer_stays_below_its_limit_in_the_middle_of_a_payload_too() throws Exception {
    for (int i = 0; i < 4; i++) {
      // A control character is six in JSON.
      see(logs(5, "", "\u0001".repeat(95_000)));
    }
    byte[] lines = session.collect(100, now + DEADLINE_NANOS);
    assertThat(lines).hasSizeBetween(3 << 20, 4 << 20);
  }

  @Test
  void the_deadline_counts_in_the_middle_of_a_payload_too() throws Exception {
    see(logs(5, "", "x"));
    stepNanos = DEADLINE_NANOS * 2 / 5;
    assertThat(collect(5)).hasSize(1);
  }
}
