package dev.headgate.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.queue.FakePayloadQueue.Behaviour;
import dev.headgate.pipeline.worker.IngestResult.Accepted;
import dev.headgate.pipeline.worker.WorkerFixture.Answer;
import dev.headgate.pipeline.worker.WorkerFixture.FakeDecoder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoopWorkTest {
  private final WorkerFixture gateway = new WorkerFixture(8 << 20);
  private final List<FakeDecoder> decoders = new ArrayList<>();
  private final Queue<Runnable> laterInTheRound = new ArrayDeque<>();
  private final Answer answer = new Answer();
  private long largeBytes = Long.MAX_VALUE;
  private boolean decodersFail;

  private LoopWork loops(int desks) {
    RateLimitedLog log =
        new RateLimitedLog(LoggerFactory.getLogger("test"), gateway.clock, Duration.ofSeconds(10));
    return new LoopWork(
        desks,
        () -> new Desk(gateway.shared, this::newDecoder, log),
        () -> largeBytes,
        gateway.clock);
  }

  private FakeDecoder newDecoder() {
    if (decodersFail) {
      throw new IllegalStateException("no decoder");
    }
    FakeDecoder decoder = new FakeDecoder();
    decoders.add(decoder);
    return decoder;
  }

  private IngestRequest request(int bytes, Answer answer) {
    return gateway.request(FakeDecoder.body(1, bytes), answer);
  }

  private void pipeline(Processor... chain) {
    gateway.pipeline("", List.of(gateway.queue("otlp/a", 100, Behaviour.PLAIN)), chain);
  }

  private boolean tryWork(LoopWork loops, IngestRequest request) {
    return loops.tryWork(request, laterInTheRound::add);
  }

  private Processor lasting(Duration time) {
    return (payload, context) -> {
      gateway.clock.advance(time);
      return payload;
    };
  }

  @Test
  void a_loop_takes_a_request_all_the_way_to_its_answer() {
    pipeline();

    assertThat(tryWork(loops(1), request(100, answer))).isTrue();

    assertThat(answer.result()).isEqualTo(new Accepted(0, ""));
    assertThat(gateway.line("", "otlp/a").received()).isEqualTo(1);
    assertThat(gateway.intake.isEmpty()).isTrue();
  }

  @Test
  void leaves_what_is_large_or_compressed_to_the_worker_threads() {
    pipeline();
    LoopWork loops = loops(1);

    assertThat(tryWork(loops, request(LoopWork.MOST_BYTES, answer))).isTrue();
    assertThat(tryWork(loops, request(LoopWork.MOST_BYTES + 1, new Answer()))).isFalse();
    assertThat(tryWork(loops, gateway.compressed(100, 100, Duration.ofSeconds(1), new Answer())))
        .isFalse();
    assertThat(tryWork(loops, gateway.empty(ContentCoding.ZSTD, new Answer()))).isFalse();
  }

  @Test
  void leaves_json_and_what_takes_turns_to_the_worker_threads() {
    pipeline();
    LoopWork loops = loops(1);
    largeBytes = 100;
    IngestRequest small = request(99, answer);

    assertThat(tryWork(loops, small)).isTrue();
    assertThat(tryWork(loops, request(100, new Answer()))).isFalse();
    IngestRequest json =
        new IngestRequest(
            small.lease(),
            small.signal(),
            IngestRequest.Encoding.JSON,
            small.coding(),
            small.tenant(),
            small.body(),
            small.maxBodyBytes(),
            small.reservation(),
            small.deadlineNanos(),
            new Answer());
    assertThat(tryWork(loops, json)).isFalse();
  }

  @Test
  void takes_nothing_where_no_decoder_can_be_made() {
    pipeline();
    LoopWork loops = loops(1);
    IngestRequest request = request(10, answer);
    decodersFail = true;

    assertThat(tryWork(loops, request)).isFalse();

    assertThat(answer.result()).isNull();
    decodersFail = false;
    assertThat(tryWork(loops, request)).isTrue();
    assertThat(answer.result()).isEqualTo(new Accepted(0, ""));
  }

  @Test
  void what_a_round_has_spent_is_forgotten_when_the_loop_has_looked_at_its_connections() {
    pipeline(lasting(Duration.ofNanos(LoopWork.ROUND_NANOS / 2)));
    LoopWork loops = loops(1);

    assertThat(tryWork(loops, request(10, new Answer()))).isTrue();
    assertThat(tryWork(loops, request(10, new Answer()))).isTrue();
    assertThat(tryWork(loops, request(10, new Answer()))).isFalse();
    assertThat(laterInTheRound).hasSize(1);
    laterInTheRound.remove().run();

    assertThat(tryWork(loops, request(10, answer))).isTrue();
    assertThat(answer.result()).isEqualTo(new Accepted(0, ""));
    assertThat(laterInTheRound).hasSize(1);
  }

  @Test
  void a_loop_that_ends_and_runs_nothing_more_still_works() {
    pipeline(lasting(Duration.ofNanos(LoopWork.ROUND_NANOS)));
    LoopWork loops = loops(1);
    Executor ending =
        task -> {
          throw new RejectedExecutionException();
        };

    assertThat(loops.tryWork(request(10, new Answer()), ending)).isTrue();
    assertThat(loops.tryWork(request(10, answer), ending)).isTrue();

    assertThat(answer.result()).isEqualTo(new Accepted(0, ""));
  }

  @Test
  void a_request_that_comes_while_every_desk_is_taken_is_left_to_the_worker_threads() {
    LoopWork loops = loops(1);
    List<Boolean> second = new ArrayList<>();
    List<Integer> busy = new ArrayList<>();
    pipeline((payload, context) -> {
      busy.add(loops.busy());
      second.add(tryWork(loops, request(10, new Answer())));
      return payload;
    });

    assertThat(tryWork(loops, request(10, answer))).isTrue();

    assertThat(second).containsExactly(false);
    assertThat(busy).containsExactly(1);
    assertThat(loops.busy()).isZero();
  }

  @Test
  void an_error_costs_a_desk_its_worker_and_nobody_else_an_answer() {
    pipeline();
    LoopWork loops = loops(1);

    assertThat(tryWork(loops, gateway.request(FakeDecoder.body(FakeDecoder.ERROR), answer)))
        .isTrue();

    assertThat(answer.result()).isEqualTo(new IngestResult.Failed("internal error"));
    assertThat(decoders).singleElement().matches(decoder -> decoder.closed);
    Answer next = new Answer();
    assertThat(tryWork(loops, request(10, next))).isTrue();
    assertThat(next.result()).isEqualTo(new Accepted(0, ""));
    assertThat(decoders).hasSize(2);
  }

  @Test
  void a_full_queue_parks_the_request_for_the_worker_threads() {
    var full = gateway.queue("otlp/a", 1, new Behaviour(false, true, false));
    gateway.pipeline("", List.of(full));
    LoopWork loops = loops(1);
    assertThat(tryWork(loops, request(10, new Answer()))).isTrue();

    assertThat(tryWork(loops, request(10, answer))).isTrue();

    assertThat(answer.result()).isNull();
    assertThat(full.deliverOldest()).isTrue();
    gateway.work();
    assertThat(answer.result()).isEqualTo(new Accepted(0, ""));
  }

  @Test
  void closing_ends_the_desks_and_takes_nothing_more() {
    pipeline();
    LoopWork loops = loops(2);
    assertThat(tryWork(loops, request(10, new Answer()))).isTrue();

    assertThat(loops.close(gateway.clock.nanoTime())).isTrue();

    assertThat(decoders).singleElement().matches(decoder -> decoder.closed);
    assertThat(tryWork(loops, request(10, answer))).isFalse();
    assertThat(answer.result()).isNull();
    assertThat(loops.close(gateway.clock.nanoTime())).isTrue();
    assertThat(loops.busy()).isZero();
  }

  @Test
  void closing_says_when_a_loop_is_not_done_by_the_deadline() {
    LoopWork loops = loops(1);
    List<Boolean> ended = new ArrayList<>();
    pipeline((payload, context) -> {
      ended.add(loops.close(gateway.clock.nanoTime()));
      return payload;
    });

    assertThat(tryWork(loops, request(10, answer))).isTrue();

    assertThat(ended).containsExactly(false);
    assertThat(answer.result()).isEqualTo(new Accepted(0, ""));
    assertThat(loops.close(gateway.clock.nanoTime())).isTrue();
  }
}
