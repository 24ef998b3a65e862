package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.gateway.demo.Demo;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DemoTrafficTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Demo demo =
      new Demo(new PrintStream(printed, true, StandardCharsets.UTF_8), InstantSource.system());

  @Test
  void plays_all_signals_into_a_gateway_that_runs_already() throws Exception {
    try (GatewayHarness gateway =
        GatewayHarness.start("  nop:\n", "nop", "traces", "logs", "metrics")) {
      boolean fine =
          demo.playInto(
              "127.0.0.1", gateway.grpcPort(), gateway.httpPort(), Duration.ofMillis(200));

      assertThat(fine).as(printed.toString(StandardCharsets.UTF_8)).isTrue();
      gateway.assertBalanced();
      for (String signal : new String[] {"traces", "logs", "metrics"}) {
        assertThat(gateway.metric("headgate_ledger_received_items_total", "\"" + signal + "\""))
            .isPositive();
      }
    }
  }

  @Test
  void says_what_a_gateway_did_not_take() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start("  nop:\n", "nop", "traces")) {
      boolean fine =
          demo.playInto(
              "127.0.0.1", gateway.grpcPort(), gateway.httpPort(), Duration.ofMillis(200));

      assertThat(fine).isFalse();
      assertThat(printed.toString(StandardCharsets.UTF_8)).contains("not answered OK: 2");
    }
  }
}
