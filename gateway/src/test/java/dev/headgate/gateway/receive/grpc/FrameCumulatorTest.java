package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.CompositeByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.PooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameCumulatorTest {
  private static final int FRAME_BYTES = 16 << 10;
  private static final long SEED = 20261121;

  private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
  private final Random random = new Random(SEED);

  /// As a connection does it: takes whole frames out and holds on to them until the end.
  @Test
  void frames_are_what_was_sent_however_it_was_split() {
    byte[] sent = new byte[40 * FRAME_BYTES];
    random.nextBytes(sent);
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    List<ByteBuf> frames = new ArrayList<>();
    ByteBuf cumulation = Unpooled.EMPTY_BUFFER;
    int from = 0;
    while (from < sent.length) {
      int length = Math.min(sent.length - from, length());
      ByteBuf in = allocator.directBuffer(length).writeBytes(sent, from, length);
      from += length;
      cumulation = FrameCumulator.INSTANCE.cumulate(allocator, cumulation, in);
      while (cumulation.readableBytes() >= FRAME_BYTES) {
        frames.add(cumulation.readRetainedSlice(FRAME_BYTES));
      }
      if (!cumulation.isReadable()) {
        cumulation.release();
        cumulation = Unpooled.EMPTY_BUFFER;
      }
    }
    for (ByteBuf frame : frames) {
      byte[] bytes = new byte[FRAME_BYTES];
      frame.readBytes(bytes);
      read.writeBytes(bytes);
      frame.release();
    }

    assertThat(read.toByteArray()).as("seed %d", SEED).isEqualTo(sent);
    assertThat(allocator.metric().directArenas()).allMatch(a -> a.numActiveAllocations() == 0);
  }

  private int length() {
    return switch (random.nextInt(4)) {
      case 0 -> 1 + random.nextInt(8);
      case 1 -> 1 + random.nextInt(4_200);
      default -> 1 + random.nextInt(64 << 10);
    };
  }

  @Test
  void a_frame_that_comes_in_drops_is_a_handful_of_buffers() {
    ByteBuf cumulation = Unpooled.EMPTY_BUFFER;
    for (int i = 0; i < FRAME_BYTES; i++) {
      int length = i % 4_096 == 0 ? 5_000 : 1;
      ByteBuf in = allocator.directBuffer(length).writeZero(length);
      cumulation = FrameCumulator.INSTANCE.cumulate(allocator, cumulation, in);
    }
    int buffers = cumulation instanceof CompositeByteBuf parts ? parts.numComponents() : 1;

    assertThat(buffers).isLessThan(40);
    cumulation.release();
    assertThat(allocator.metric().directArenas()).allMatch(a -> a.numActiveAllocations() == 0);
  }

  @Test
  void an_empty_read_lets_go_of_what_holds_more_than_is_left() {
    ByteBuf read = Unpooled.directBuffer(1 << 16).writeZero(1000).writeByte(7);
    read.skipBytes(1000);

    ByteBuf left =
        FrameCumulator.INSTANCE.cumulate(
            UnpooledByteBufAllocator.DEFAULT, read, Unpooled.EMPTY_BUFFER);

    assertThat(read.refCnt()).isZero();
    assertThat(left.capacity()).isEqualTo(1);
    assertThat(left.readByte()).isEqualTo((byte) 7);
    left.release();
  }
}
