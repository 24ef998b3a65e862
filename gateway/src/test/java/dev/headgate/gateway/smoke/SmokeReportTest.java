package dev.headgate.gateway.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import dev.headgate.gateway.readback.JsonValue;
import dev.headgate.gateway.smoke.SmokeReport.Arrival;
import dev.headgate.gateway.smoke.SmokeReport.Check;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmokeReportTest {
  private static final String SAID = "\u001b]0;x\u0007a\u009b2Jb\u202ec\nsmoke 1        passed";

  private final SmokeReport report =
      new SmokeReport(
          "1",
          List.of(new Arrival(Signal.LOGS, URI.create("http://loki"), Duration.ZERO, SAID)),
          List.of(new Check("series", false, SAID)));

  @Test
  void a_terminal_obeys_nothing_that_a_backend_said() {
    String said = " ]0;x a 2Jb c smoke 1        passed";
    assertThat(report.text())
        .isEqualTo(
            "logs           NOT ARRIVED at http://loki: "
                + said
                + "\nseries         FAILED: "
                + said
                + "\nsmoke 1        FAILED\n");
  }

  @Test
  void programs_get_it_as_it_was_said() throws IOException {
    String json = report.json();
    assertThat(json.strip().chars()).noneMatch(Character::isISOControl);
    assertThat(json).contains("\\u202e").doesNotContain("\u202e");
    JsonValue parsed = JsonValue.parse(json.getBytes(StandardCharsets.UTF_8));
    assertThat(parsed.get("signals").at(0).get("problem").text()).isEqualTo(SAID);
    assertThat(parsed.get("checks").at(0).get("detail").text()).isEqualTo(SAID);
  }
}
