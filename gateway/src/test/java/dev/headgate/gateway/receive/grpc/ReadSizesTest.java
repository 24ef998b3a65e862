package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator.Handle;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // as in what it tests
class ReadSizesTest {
  private final AtomicInteger connections = new AtomicInteger(1);
  private final AtomicBoolean oneLargeMessage = new AtomicBoolean();
  private final Handle handle = new ReadSizes(connections::get, oneLargeMessage::get).newHandle();

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

  /* How many reads a look makes of a connection whose every read fills its buffer. */
  private int readsPerLook() {
    handle.reset(new EmbeddedChannel().config());
    int reads = 0;
    do {
      ByteBuf buffer = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
      handle.attemptedBytesRead(buffer.capacity());
      handle.lastBytesRead(buffer.capacity());
      handle.incMessagesRead(1);
      buffer.release();
      reads++;
    } while (handle.continueReading());
    handle.readComplete();
    return reads;
  }

  @Test
  void a_look_reads_a_connection_as_long_as_it_has_more() {
    assertThat(readsPerLook()).isEqualTo(16);
    assertThat(readsPerLook()).isEqualTo(16);
  }

  @Test
  void a_look_divides_its_reads_by_the_connections_and_reads_each_once_at_least() {
    connections.set(4);
    assertThat(readsPerLook()).isEqualTo(4);
    connections.set(3);
    assertThat(readsPerLook()).isEqualTo(5);
    connections.set(16);
    assertThat(readsPerLook()).isEqualTo(1);
    connections.set(500);
    assertThat(readsPerLook()).isEqualTo(1);
  }

  @Test
  void a_look_stops_at_a_read_that_does_not_fill_its_buffer() {
    handle.reset(new EmbeddedChannel().config());
    handle.attemptedBytesRead(1024);
    handle.lastBytesRead(1023);
    handle.incMessagesRead(1);
    assertThat(handle.continueReading()).isFalse();
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

  @Test
  void one_large_message_is_read_in_large_pieces_however_many_connections() {
    connections.set(500);
    oneLargeMessage.set(true);
    assertThat(readMuch()).isEqualTo(64 << 10);
    oneLargeMessage.set(false);
    assertThat(readMuch()).isEqualTo(16 << 10);
  }
}
