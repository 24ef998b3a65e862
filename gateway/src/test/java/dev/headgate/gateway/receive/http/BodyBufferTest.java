package dev.headgate.gateway.receive.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.gateway.receive.http.BodyBuffer.Appended;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Reservation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What a body is charged with whose array is longer than it.
class BodyBufferTest {
  private static final int BODY_BYTES = 100_000;
  private static final int ARRAY_BYTES = 112_000;

  private final ArrayPool pool = new ArrayPool(() -> 1L << 22);

  BodyBufferTest() {
    pool.giveBack(new byte[ARRAY_BYTES]);
  }

  private BodyBuffer body(ByteBudget budget) {
    Reservation declared = Objects.requireNonNull(budget.tryReserve(BODY_BYTES));
    return new BodyBuffer(declared, pool, true, 1 << 20);
  }

  private static ByteBuf sevens(int bytes) {
    byte[] content = new byte[bytes];
    Arrays.fill(content, (byte) 7);
    return Unpooled.wrappedBuffer(content);
  }

  @Test
  void the_whole_array_is_charged_from_the_first_byte() {
    ByteBudget budget = new ByteBudget(1 << 20);
    BodyBuffer buffer = body(budget);
    assertThat(budget.usedBytes()).isEqualTo(BODY_BYTES);

    assertThat(buffer.append(sevens(1))).isEqualTo(Appended.OK);
    assertThat(budget.usedBytes()).isEqualTo(ARRAY_BYTES);
    assertThat(buffer.append(sevens(BODY_BYTES - 1))).isEqualTo(Appended.OK);
    Bytes taken = buffer.take();

    assertThat(taken.toArray()).hasSize(BODY_BYTES).containsOnly(7);
    assertThat(budget.usedBytes()).isEqualTo(ARRAY_BYTES);
    buffer.reservation().release();
    assertThat(budget.usedBytes()).isZero();
    assertThat(pool.idleBytes()).isEqualTo(ARRAY_BYTES);
  }

  @Test
  void what_an_array_is_too_long_is_charged_above_the_capacity() {
    ByteBudget budget = new ByteBudget(ARRAY_BYTES - 1);
    BodyBuffer buffer = body(budget);

    assertThat(buffer.append(sevens(1))).isEqualTo(Appended.OK);

    assertThat(budget.usedBytes()).isEqualTo(ARRAY_BYTES);
    buffer.release();
    assertThat(budget.usedBytes()).isZero();
    assertThat(pool.idleBytes()).isEqualTo(ARRAY_BYTES);
  }
}
