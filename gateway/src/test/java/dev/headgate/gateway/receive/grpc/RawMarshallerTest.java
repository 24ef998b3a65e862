package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.memory.ArrayPool;
import io.grpc.Drainable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class RawMarshallerTest {
  private final RawMarshaller marshaller = new RawMarshaller(ArrayPool.NONE);

  /** Of an array that is longer than the message. */
  private InputStream body() {
    byte[] array = {1, 2, 3, 4, 5};
    return marshaller.stream(new RawMessage(ArrayPool.NONE.lend(array, 3), false));
  }

  @Test
  void an_answer_leaves_in_one_piece() throws IOException {
    try (InputStream body = body()) {
      ByteArrayOutputStream target = new ByteArrayOutputStream();
      assertThat(((Drainable) body).drainTo(target)).isEqualTo(3);
      assertThat(target.toByteArray()).containsExactly(1, 2, 3);
      assertThat(body.available()).isZero();
      assertThat(((Drainable) body).drainTo(target)).isZero();
    }
  }

  @Test
  void an_answer_may_be_read_and_then_leave() throws IOException {
    try (InputStream body = body()) {
      assertThat(body.read()).isEqualTo(1);
      ByteArrayOutputStream target = new ByteArrayOutputStream();
      assertThat(((Drainable) body).drainTo(target)).isEqualTo(2);
      assertThat(target.toByteArray()).containsExactly(2, 3);
    }
  }
}
