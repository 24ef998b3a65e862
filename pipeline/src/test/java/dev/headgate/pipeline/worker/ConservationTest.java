package dev.headgate.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.QueueConfig.Sizer;
import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.ledger.LedgerLine;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.queue.FakePayloadQueue;
import dev.headgate.pipeline.queue.FakePayloadQueue.Behaviour;
import dev.headgate.pipeline.worker.WorkerFixture.Answer;
import dev.headgate.pipeline.worker.WorkerFixture.FakeDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random histories: whatever the pipelines, queues, processors, backends and clients do, every
/// item is accounted for, every request is answered once, and every byte is given back.
class ConservationTest {
  private static final Set<DropReason> AT_THE_BACKEND =
      EnumSet.of(
          DropReason.PERMANENT_ERROR,
          DropReason.PARTIAL_REJECTED,
          DropReason.RETRY_EXHAUSTED,
          DropReason.TOO_LARGE);

  private static final int STEPS = 600;

  private final List<FakePayloadQueue> queues = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private long acceptedItems;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void every_item_and_every_byte_is_accounted_for(long seed) {
    Random random = new Random(seed);
    WorkerFixture gateway = new WorkerFixture(3_000);
    build(gateway, random);

    for (int step = 0; step < STEPS; step++) {
      step(gateway, random);
      assertQuiet(gateway);
    }
    settle(gateway, random);

    assertThat(answers).hasSizeGreaterThan(STEPS / 4).allMatch(answer -> answer.result() != null);
    assertThat(gateway.budget.usedBytes()).isZero();
    assertThat(gateway.parked.size()).isZero();
    assertThat(queues).allMatch(FakePayloadQueue::isUnused);
    assertThat(gateway.ledger.lines())
        .allMatch(line -> line.inFlight() == 0)
        .allMatch(LedgerLine::balances)
        .allMatch(line -> line.received() == acceptedItems, "received what was answered OK");
    assertThat(acceptedItems).isPositive();
  }

  private void build(WorkerFixture gateway, Random random) {
    int pipelines = 1 + random.nextInt(3);
    for (int p = 0; p < pipelines; p++) {
      List<FakePayloadQueue> own = new ArrayList<>();
      int exporters = 1 + random.nextInt(3);
      for (int e = 0; e < exporters; e++) {
        Behaviour behaviour =
            new Behaviour(random.nextBoolean(), random.nextBoolean(), random.nextInt(3) == 0);
        Sizer sizer = Sizer.values()[random.nextInt(3)];
        long size =
            switch (sizer) {
              case REQUESTS -> 1 + random.nextInt(6);
              case ITEMS -> 20 + random.nextInt(200);
              case BYTES -> 100 + random.nextInt(1_000);
            };
        own.add(
            new FakePayloadQueue(
                "otlp/" + queues.size(), behaviour, sizer, size, 800, gateway.ledger));
        queues.add(own.getLast());
      }
      Processor[] chain = new Processor[random.nextInt(3)];
      for (int i = 0; i < chain.length; i++) {
        chain[i] = randomProcessor(random);
      }
      gateway.pipeline("p" + p, own, chain);
    }
  }

  /// Leaves as is, drops some or all, shrinks, grows, fails, or miscounts.
  private static Processor randomProcessor(Random random) {
    return (payload, context) ->
        switch (random.nextInt(10)) {
          case 0, 1, 2, 3 -> payload;
          case 4, 5 -> {
            int dropped = random.nextInt(payload.items() + 1);
            context.drop(DropReason.SAMPLED, dropped);
            yield payload.with(
                Bytes.of(new byte[payload.sizeBytes() / 2]), payload.items() - dropped);
          }
          case 6 -> {
            context.drop(DropReason.CARDINALITY, payload.items());
            yield payload.with(payload.bytes(), 0);
          }
          case 7 -> payload.with(Bytes.of(new byte[payload.sizeBytes() * 2]), payload.items());
          case 8 -> {
            context.drop(DropReason.FILTERED, 1);
            throw new IllegalStateException("bug");
          }
          default -> payload.with(payload.bytes(), payload.items() + 1);
        };
  }

  private void step(WorkerFixture gateway, Random random) {
    switch (random.nextInt(8)) {
      case 0, 1, 2, 3 -> {
        byte[] body = FakeDecoder.body(random.nextInt(60), 3 + random.nextInt(300));
        body[1] = (byte) random.nextInt(3);
        body[2] = (byte) (random.nextInt(10) == 0 ? 1 + random.nextInt(4) : 0);
        send(gateway, body);
      }
      case 4, 5 -> queues.get(random.nextInt(queues.size())).deliverOldest();
      case 6 -> {
        List<DropReason> reasons = List.copyOf(AT_THE_BACKEND);
        queues
            .get(random.nextInt(queues.size()))
            .dropOldest(reasons.get(random.nextInt(reasons.size())));
      }
      default -> gateway.clock.advance(Duration.ofSeconds(random.nextInt(4)));
    }
    if (random.nextInt(4) > 0) {
      try {
        gateway.work();
      } catch (IllegalStateException e) {
        throw new AssertionError(e);
      }
    }
  }

  private void send(WorkerFixture gateway, byte[] body) {
    if (gateway.budget.capacityBytes() - gateway.budget.usedBytes() < body.length) {
      return; // the transport refuses it
    }
    Answer answer = new Answer();
    int items = body[0];
    IngestRequest request =
        gateway.request(
            body,
            new Answer() {
              @Override
              public synchronized void accept(IngestResult result) {
                super.accept(result);
                answer.accept(result);
                if (result instanceof IngestResult.Accepted) {
                  acceptedItems += items;
                }
              }
            });
    if (gateway.intake.offer(request)) {
      answers.add(answer);
    } else {
      request.reservation().release();
    }
  }

  private void assertQuiet(WorkerFixture gateway) {
    assertThat(gateway.ledger.lines())
        .allMatch(LedgerLine::balances)
        .allMatch(line -> line.inFlight() >= 0);
  }

  /// Lets every request come to its end and every backend take what waits.
  private void settle(WorkerFixture gateway, Random random) {
    for (int round = 0; round < 100; round++) {
      gateway.work();
      queues.get(random.nextInt(queues.size())).deliverOldest();
    }
    gateway.clock.advance(WorkerFixture.PATIENCE);
    gateway.work();
    for (FakePayloadQueue queue : queues) {
      while (queue.deliverOldest()) {
        continue;
      }
    }
  }
}
