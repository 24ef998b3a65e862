package dev.headgate.gateway.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.gateway.readback.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private static String screen(String json) throws IOException {
    return Screen.of(JsonValue.parseObject(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void shows_rates_queues_and_incidents_in_eighty_columns() throws IOException {
    String screen =
        screen(
            """
            {"generated_at":"2026-11-21T10:00:00.5Z",
             "gateway":{"version":"1","configuration":{"fingerprint":"abc"}},
             "health":{"status":"failing","reasons":["otlp/tempo: backend down"]},
             "signals":[{"signal":"traces","accepted_per_second":1250.5,"in_flight":7}],
             "pipelines":[{"id":"traces","received_per_second":1250.5,
               "exporters":[{"id":"otlp/tempo","delivered_per_second":3}]}],
             "exporters":[{"id":"otlp/a-name-that-is-longer-than-its-column","error_rate":1,
               "queue":{"fill":0.815,"oldest_age_seconds":75,"bytes":2097152}}],
             "process":{"cpu_cores":0.25,"resident_bytes":1073741824,"uptime_seconds":8000},
             "incidents":[{"since":"2026-11-21T09:00:00.1Z","until":null,"subject":"otlp/tempo",
               "text":"backend down","detail":"why"}]}
            """);
    assertThat(screen)
        .contains("headgate 1  FAILING  up 2h  configuration abc")
        .contains("cpu 0.25 cores  memory 1 GiB")
        .contains("  ! otlp/tempo: backend down")
        .containsPattern("traces +1.3k/s +0/s")
        .contains("otlp/a-name-that-is-longer~     82%     75s     2 MiB")
        .contains("2026-11-21T09:00:00Z  OPEN  otlp/tempo: backend down (why)");
    assertThat(screen.lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void a_terminal_obeys_nothing_that_somebody_sent() throws IOException {
    String screen =
        screen(
            """
            {"cardinality":[{"processor":"guard","metric":"\\u001b[2Jx\\u202ey\\nz","mode":"enforce",
              "points":3,"per_second":1}]}
            """);
    assertThat(screen).contains(" [2Jx y z").doesNotContain("\u001b", "\u202e");
  }

  @Test
  void what_is_no_overview_is_an_error() {
    assertThatThrownBy(() -> screen("[]")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> screen("{\"a\":")).isInstanceOf(IOException.class);
  }
}
