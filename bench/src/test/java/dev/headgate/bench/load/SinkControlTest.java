package dev.headgate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SinkControlTest {
  private static final SinkMode NORMAL = new SinkMode(0, SinkMode.Failure.unavailable, 0, false);

  @Test
  void changes_what_is_named_and_leaves_the_rest() {
    SinkMode slow = SinkControl.changed(NORMAL, "delay_ms=7");

    assertThat(slow).isEqualTo(new SinkMode(7, SinkMode.Failure.unavailable, 0, false));
    assertThat(SinkControl.changed(slow, "down=true&fail_percent=25"))
        .isEqualTo(new SinkMode(7, SinkMode.Failure.unavailable, 25, true));
    assertThat(SinkControl.changed(slow, "")).isEqualTo(slow);
  }

  @Test
  void lets_all_fail_when_only_the_failure_is_named() {
    assertThat(SinkControl.changed(NORMAL, "fail=429"))
        .isEqualTo(new SinkMode(0, SinkMode.Failure.exhausted, 100, false));
  }

  @Test
  void refuses_what_it_does_not_know() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SinkControl.changed(NORMAL, "dealy_ms=7"))
        .withMessageContaining("dealy_ms");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SinkControl.changed(NORMAL, "fail=sometimes"))
        .withMessageContaining("sometimes");
  }
}
