package dev.headgate.exporters.delivery;

import static dev.headgate.exporters.delivery.ScriptedTransport.delivered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.BatchingConfig;
import dev.headgate.config.PipelineId;
import dev.headgate.config.QueueConfig;
import dev.headgate.config.QueueConfig.Sizer;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.queue.PayloadQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random histories against random settings: whatever happened, once it is quiet every item that
/// was committed has been delivered once or dropped once, and nothing is held any more.
class DeliveryModelTest {
  private static final int HISTORIES = 60;
  private static final int STEPS = 150;
  private static final List<Tenant> TENANTS =
      List.of(Tenant.NONE, new Tenant("a"), new Tenant("b"));

  @ParameterizedTest
  @ValueSource(longs = {1, 20_000, 300_000})
  void every_committed_item_has_one_end(long firstSeed) {
    long delivered = 0;
    long dropped = 0;
    for (long seed = firstSeed; seed < firstSeed + HISTORIES; seed++) {
      History history = new History(seed);
      try {
        history.run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
      delivered += history.delivered.size();
      dropped += history.droppedItems();
    }
    // A model in which nothing happens proves nothing.
    assertThat(delivered).isGreaterThan(1000);
    assertThat(dropped).isGreaterThan(1000);
  }

  private static final class History {
    private final Random random;
    private final DeliveryRig rig = new DeliveryRig();
    private final Set<Long> delivered = new HashSet<>();
    private final List<PayloadQueue.Place> places = new ArrayList<>();
    private long committed;
    private long nextId = 1;
    private long rejected;

    History(long seed) {
      random = new Random(seed);
      rig.seed = seed;
      rig.consumers = 1 + random.nextInt(4);
      rig.sizer = Sizer.values()[random.nextInt(3)];
      rig.queueSize = rig.sizer == Sizer.REQUESTS ? 12 : rig.sizer == Sizer.ITEMS ? 80 : 4000;
      rig.maxBytes = 3000 + random.nextInt(3000);
      rig.queueEnabled = random.nextInt(5) > 0;
      rig.overflow = QueueConfig.Overflow.values()[random.nextInt(2)];
      rig.batching = random.nextBoolean() ? null : batching();
      rig.otherBatching = random.nextBoolean() ? null : batching();
      rig.limits =
          new BatchLimits(
              100 + random.nextInt(1000),
              random.nextInt(3) * 10L,
              BatchLimits.LENGTH,
              random.nextBoolean());
      rig.retry =
          DeliveryRig.retry(random.nextInt(6) > 0, Duration.ofSeconds(random.nextInt(3) * 20L));
      // A watchdog would send again what this backend has and only answers late.
      rig.timeout = Duration.ZERO;
      rig.transport.holdAll();
    }

    private BatchingConfig batching() {
      long minSize = random.nextInt(30);
      return new BatchingConfig(
          Duration.ofMillis(random.nextInt(500)),
          minSize,
          random.nextBoolean() ? 0 : minSize + 5,
          random.nextInt(4) > 0 ? Sizer.ITEMS : Sizer.BYTES);
    }

    void run() {
      rig.delivery();
      for (int step = 0; step < STEPS; step++) {
        step();
        for (var line : rig.ledger.lines()) {
          assertThat(line.balances()).as("%s", line).isTrue();
        }
        long queueBytes = (long) rig.sum("headgate_exporter_queue_bytes");
        assertThat(rig.budget.usedBytes())
            .as("charged to the budget and not to the queue")
            .isLessThanOrEqualTo(queueBytes);
        // An array may be longer than its content by a quarter; parts repeat what is around their
        // items, an eighth for each cut even in a full queue.
        assertThat(queueBytes).as("beyond the cap").isLessThanOrEqualTo(rig.maxBytes * 11L / 8);
      }
      for (PayloadQueue.Place place : places) {
        place.cancel();
      }
      if (random.nextBoolean()) {
        shutDown();
      } else {
        recover();
      }
      rig.assertQuietAndBalanced();
      assertThat(delivered.size() + droppedItems()).isEqualTo(committed);
    }

    private void step() {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> commit();
        case 3, 4 -> answerOne(anyOutcome());
        case 5 -> rig.advanceSeconds(random.nextDouble() * random.nextInt(20));
        case 6 -> rig.time.runDue();
        case 7 -> reserveOrCancel();
        default -> throw new AssertionError();
      }
    }

    private void commit() {
      long[] ids = new long[random.nextInt(12)];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = nextId++;
      }
      Tenant tenant = TENANTS.get(random.nextInt(TENANTS.size()));
      PipelineId pipeline =
          List.of(DeliveryRig.LOGS, DeliveryRig.OTHER_LOGS, DeliveryRig.METRICS)
              .get(random.nextInt(3));
      Payload payload =
          pipeline.equals(DeliveryRig.METRICS)
              ? TestPayloads.metrics(tenant, "host-" + random.nextInt(5), ids)
              : TestPayloads.logs(tenant, ids);
      if (rig.tryCommit(pipeline, payload)) {
        committed += ids.length;
      }
    }

    private void reserveOrCancel() {
      if (!places.isEmpty()) {
        places.removeLast().cancel();
        return;
      }
      PayloadQueue.Place place =
          rig.delivery().tryReserve(DeliveryRig.LOGS.signal(), random.nextInt(500), 3);
      if (place != null) {
        places.add(place);
      }
    }

    private void answerOne(ExportOutcome outcome) {
      if (rig.transport.openRequests() == 0) {
        return;
      }
      ScriptedTransport.Open open = rig.transport.takeOpen();
      if (outcome instanceof ExportOutcome.Delivered || outcome instanceof ExportOutcome.Partial) {
        for (long id : TestPayloads.ids(open.request())) {
          assertThat(delivered.add(id)).as("id %d taken twice", id).isTrue();
        }
      }
      if (outcome instanceof ExportOutcome.Partial) {
        // Which one the backend rejected is not known: one fewer was delivered.
        delivered.remove(TestPayloads.ids(open.request()).getFirst());
        rejected++;
      }
      open.answer(outcome);
      if (random.nextInt(10) == 0) {
        open.answer(delivered());
      }
      rig.time.runDue();
    }

    private ExportOutcome anyOutcome() {
      return switch (random.nextInt(10)) {
        case 0, 1 -> ScriptedTransport.retryable();
        case 2 -> ScriptedTransport.retryable(Duration.ofSeconds(random.nextInt(100)));
        case 3 ->
            random.nextBoolean() ? ScriptedTransport.permanent() : ScriptedTransport.poisoned();
        case 4 -> ScriptedTransport.tooLarge();
        case 5 -> new ExportOutcome.Partial(1, "one is bad");
        default -> delivered();
      };
    }

    private void recover() {
      for (int i = 0; i < 10_000 && rig.delivery().couldEverFit(1, 1); i++) {
        rig.advanceSeconds(1);
        while (rig.transport.openRequests() > 0) {
          answerOne(delivered());
        }
        if (rig.ledger.lines().stream().allMatch(line -> line.inFlight() == 0)) {
          return;
        }
      }
      throw new AssertionError("never quiet: " + rig.ledger.lines());
    }

    private void shutDown() {
      var done = rig.delivery().drain(rig.time.nanoTime() + 5_000_000_000L).toCompletableFuture();
      for (int i = 0; i < random.nextInt(40); i++) {
        rig.time.runDue();
        answerOne(anyOutcome());
      }
      rig.advanceSeconds(5);
      assertThat(done).isCompleted();
      while (rig.transport.openRequests() > 0) {
        rig.transport.takeOpen().answer(delivered());
      }
      rig.advanceSeconds(1000);
    }

    long droppedItems() {
      long all = rig.ledger.lines().stream().mapToLong(line -> line.dropped()).sum();
      assertThat(rig.dropped("partial_rejected")).isEqualTo(rejected);
      return all;
    }
  }
}
