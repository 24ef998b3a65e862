package dev.headgate.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.gateway.admit.Authenticator.Verdict;
import dev.headgate.gateway.admit.ScriptedScheme.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AuthenticatorTest {
  private final List<Runnable> loop = new ArrayList<>();
  private final List<Verdict> heard = new ArrayList<>();

  private void ask(ScriptedScheme scheme, String shown, Executor on) {
    Verdict now = scheme.authenticator().ask(shown, on, heard::add);
    if (now != null) {
      heard.add(now);
    }
  }

  @Test
  void what_takes_time_is_told_on_the_loop() {
    ScriptedScheme scheme = new ScriptedScheme(Script.ADMITS_LATER);
    ask(scheme, "x", loop::add);
    scheme.work();
    assertThat(heard).isEmpty();

    loop.forEach(Runnable::run);

    assertThat(heard).containsExactly(Verdict.ADMITTED);
  }

  @ParameterizedTest
  @EnumSource(
      value = Script.class,
      names = {"BREAKS_AT_ONCE", "BREAKS_LATER", "HAS_NO_THREAD", "IS_FULL"})
  void who_cannot_be_looked_at_hears_so_once_whatever_goes_wrong(Script script) {
    ScriptedScheme scheme = new ScriptedScheme(script);
    ask(scheme, "x", loop::add);
    scheme.work();
    loop.forEach(Runnable::run);

    assertThat(heard).containsExactly(Verdict.BUSY);
  }

  @Test
  void who_shows_nothing_is_refused_at_once() {
    ask(new ScriptedScheme(Script.ADMITS_LATER), null, loop::add);

    assertThat(heard).containsExactly(Verdict.REFUSED);
  }

  @Test
  void a_verdict_for_a_loop_that_has_ended_is_dropped() {
    ScriptedScheme scheme = new ScriptedScheme(Script.ADMITS_LATER);
    Executor ended =
        _ -> {
          throw new RejectedExecutionException("ended");
        };
    ask(scheme, "x", ended);

    scheme.work();

    assertThat(heard).isEmpty();
  }
}
