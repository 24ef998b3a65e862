package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator.Handle;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // as in what it tests
class ReadSizesTest {
  private final AtomicInteger connections = new AtomicInteger(1);
  private final Handle handle = new ReadSizes(connections::get).newHandle();

  /* Reads until Netty's guess has grown to its largest. */
  private int readMuch() {
    int capacity = 0;
    for (int i = 0; i < 20; i++) {
      ByteBuf buffer = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
      capacity = buffer.capacity();
      handle.attemptedBytesRead(capacity);
      handle.lastBytesRead(capacity);
      handle.readComplete();
      buffer.release();
    }
    return capacity;
  }

  @Test
  void few_connections_are_read_in_large_pieces() {
    assertThat(readMuch()).isEqualTo(64 << 10);
  }

  @Test
  void many_are_read_in_pieces_of_a_frame_from_then_on_and_not_after() {
    connections.set(65);
    assertThat(readMuch()).isEqualTo(16 << 10);
    connections.set(64);
    assertThat(readMuch()).isEqualTo(64 << 10);
  }
}
