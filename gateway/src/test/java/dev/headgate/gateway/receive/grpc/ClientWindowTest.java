package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What Netty's own client may send, in virtual time.
class ClientWindowTest {
  private static final int CALM_SECONDS = 10;

  private final Http2Pair pair = new Http2Pair();

  @AfterEach
  void end() {
    pair.close();
  }

  @Test
  void a_client_that_is_refused_may_begin_with_less() {
    assertThat(pair.mayBeginWith(3)).isEqualTo(ClientWindow.WIDE_BYTES);
    pair.refuse();
    assertThat(pair.mayBeginWith(5)).isEqualTo(ClientWindow.NARROW_BYTES);
  }

  @Test
  void a_call_that_is_taken_may_send_all() {
    pair.refuse();
    pair.call(3);
    pair.send(3, 50_000, false);
    pair.exchange();
    assertThat(pair.mayStillSend(3)).isZero();
    pair.window().open(3);
    pair.exchange();
    assertThat(pair.mayStillSend(3)).isEqualTo(ClientWindow.WIDE_BYTES - 50_000);
  }

  @Test
  void a_message_that_is_on_its_way_need_not_stop() {
    pair.call(3);
    pair.send(3, 50_000, false);
    pair.exchange();
    pair.refuse();
    assertThat(pair.mayStillSend(3)).isEqualTo(ClientWindow.WIDE_BYTES - 50_000);
  }

  @Test
  void a_message_that_came_with_its_head_costs_no_frame() {
    pair.refuse();
    pair.call(3);
    pair.send(3, 1_000, true);
    pair.clientSays();
    pair.window().open(3);
    pair.gatewayEnd().runPendingTasks();
    assertThat(pair.gatewayEnd().<Object>readOutbound()).isNull();
  }

  @Test
  void who_was_not_refused_for_a_while_may_begin_with_all_again() {
    pair.refuse();
    pair.pass(CALM_SECONDS);
    pair.refuse();
    pair.pass(CALM_SECONDS);
    assertThat(pair.mayBeginWith(3)).isEqualTo(ClientWindow.NARROW_BYTES);
    pair.pass(CALM_SECONDS);
    assertThat(pair.mayBeginWith(5)).isEqualTo(ClientWindow.WIDE_BYTES);
    pair.refuse();
    assertThat(pair.mayBeginWith(7)).isEqualTo(ClientWindow.NARROW_BYTES);
  }

  @Test
  void a_client_that_acknowledges_nothing_is_told_once() {
    pair.window().refused();
    for (int i = 0; i < 10; i++) {
      pair.gatewayEnd().advanceTimeBy(CALM_SECONDS, TimeUnit.SECONDS);
      pair.gatewayEnd().runScheduledPendingTasks();
      pair.window().refused();
    }
    assertThat(pair.gatewayEnd().outboundMessages()).hasSize(1);
  }
}
