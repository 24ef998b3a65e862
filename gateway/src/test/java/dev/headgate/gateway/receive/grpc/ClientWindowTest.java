package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
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

  private void pass() {
    pair.pass(CALM_SECONDS);
    pair.exchange();
  }

  @Test
  void a_client_that_is_refused_may_begin_with_less() {
    assertThat(pair.mayBeginWith(3)).isEqualTo(ClientWindow.WIDE_BYTES);
    pair.refuse();
    assertThat(pair.mayBeginWith(5)).isEqualTo(ClientWindow.NARROW_BYTES);
  }

  @Test
  void a_message_that_is_on_its_way_need_not_stop() {
    pair.call(3);
    pair.send(3, Unpooled.buffer(50_000).writeZero(50_000));
    pair.exchange();
    pair.refuse();
    assertThat(pair.mayStillSend(3)).isGreaterThanOrEqualTo(ClientWindow.WIDE_BYTES - 50_000);
  }

  @Test
  void who_was_not_refused_for_a_while_may_begin_with_all_again() {
    pair.refuse();
    pass();
    pair.refuse();
    pass();
    assertThat(pair.mayBeginWith(3)).isEqualTo(ClientWindow.NARROW_BYTES);
    pass();
    assertThat(pair.mayBeginWith(5)).isEqualTo(ClientWindow.WIDE_BYTES);
    pair.refuse();
    assertThat(pair.mayBeginWith(7)).isEqualTo(ClientWindow.NARROW_BYTES);
  }

  @Test
  void a_client_that_acknowledges_nothing_is_told_once() {
    pair.refuseUnheard();
    for (int i = 0; i < 10; i++) {
      pair.pass(CALM_SECONDS);
      pair.refuseUnheard();
    }
    assertThat(pair.gatewayEnd().outboundMessages()).hasSize(1);
  }
}
