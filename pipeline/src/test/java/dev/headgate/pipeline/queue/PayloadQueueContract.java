package dev.headgate.pipeline.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.PipelineId;
import dev.headgate.config.QueueConfig.Sizer;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.ledger.LedgerLine;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.queue.PayloadQueue.Place;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every [PayloadQueue] does, whatever lies behind it.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public abstract class PayloadQueueContract {
  /// The exporter's id that every subject has.
  protected static final String EXPORTER = "otlp/contract";

  /// The pipeline of every payload, known to the ledger with that exporter.
  protected static final PipelineId PIPELINE = new PipelineId(Signal.LOGS, "contract");

  private static final long AMPLE = 1_000_000;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Ledger ledger = new Ledger(registry);
  private final ByteBudget budget = new ByteBudget(AMPLE);

  /// How large a subject is.
  ///
  /// @param size the capacity in units of `sizer`
  /// @param maxBytes the byte cap that is in force besides
  protected record Limits(Sizer sizer, long size, long maxBytes, boolean dropOldest) {}

  /// A queue and the means to empty it.
  protected interface Subject {
    /// The queue under test.
    PayloadQueue queue();

    /// Lets a healthy backend take everything that was committed; returns when the queue has booked
    /// it as delivered.
    void deliverAll();

    /// Ends what the subject started.
    default void close() {}
  }

  /// Opens an empty queue of the exporter [#EXPORTER] whose backend takes nothing until
  /// [Subject#deliverAll] is called.
  protected abstract Subject open(Limits limits, Ledger ledger);

  @Test
  void refuses_when_all_requests_are_taken() {
    with(
        requests(2),
        subject -> {
          PayloadQueue queue = subject.queue();
          place(queue, 10, 1);
          place(queue, 10, 1);

          assertThat(queue.tryReserve(Signal.LOGS, 10, 1)).isNull();
        });
  }

  @Test
  void refuses_when_all_items_are_taken() {
    with(
        new Limits(Sizer.ITEMS, 100, AMPLE, false),
        subject -> {
          place(subject.queue(), 10, 60);

          assertThat(subject.queue().tryReserve(Signal.LOGS, 10, 41)).isNull();
          assertThat(subject.queue().tryReserve(Signal.LOGS, 10, 40)).isNotNull();
        });
  }

  @Test
  void refuses_when_all_bytes_are_taken() {
    with(
        new Limits(Sizer.BYTES, 100, AMPLE, false),
        subject -> {
          place(subject.queue(), 60, 1);

          assertThat(subject.queue().tryReserve(Signal.LOGS, 41, 1)).isNull();
          assertThat(subject.queue().tryReserve(Signal.LOGS, 40, 1)).isNotNull();
        });
  }

  @Test
  void the_byte_cap_is_in_force_besides_the_sizer() {
    with(
        new Limits(Sizer.REQUESTS, 10, 100, false),
        subject -> {
          place(subject.queue(), 60, 1);

          assertThat(subject.queue().tryReserve(Signal.LOGS, 41, 1)).isNull();
        });
  }

  @Test
  void knows_what_could_never_fit() {
    with(
        new Limits(Sizer.ITEMS, 100, 1000, false),
        subject -> {
          PayloadQueue queue = subject.queue();
          place(queue, 900, 90);

          assertThat(queue.couldEverFit(1000, 100)).isTrue();
          assertThat(queue.couldEverFit(1001, 100)).isFalse();
          assertThat(queue.couldEverFit(1000, 101)).isFalse();
        });
  }

  @Test
  void refuses_what_could_never_fit_also_when_empty() {
    with(
        new Limits(Sizer.REQUESTS, 10, 100, true),
        subject -> assertThat(subject.queue().tryReserve(Signal.LOGS, 101, 1)).isNull());
  }

  @Test
  void a_cancelled_place_is_free_again() {
    with(
        requests(1),
        subject -> {
          place(subject.queue(), 10, 1).cancel();

          assertThat(subject.queue().tryReserve(Signal.LOGS, 10, 1)).isNotNull();
          assertThat(line().inFlight()).isZero();
        });
  }

  @Test
  void a_committed_payload_keeps_its_place_until_it_is_delivered() {
    with(
        requests(1),
        subject -> {
          PayloadQueue queue = subject.queue();
          commit(place(queue, 10, 3), 10, 3);
          assertThat(queue.tryReserve(Signal.LOGS, 10, 1)).isNull();
          assertThat(line().inFlight()).isEqualTo(3);
          assertThat(budget.usedBytes()).isEqualTo(10);

          subject.deliverAll();

          assertThat(queue.tryReserve(Signal.LOGS, 10, 1)).isNotNull();
          assertThat(line().inFlight()).isZero();
          assertThat(line().delivered()).isEqualTo(3);
          assertThat(budget.usedBytes()).isZero();
          assertThat(line().balances()).isTrue();
        });
  }

  @Test
  void gives_back_what_the_chain_made_smaller() {
    with(
        new Limits(Sizer.ITEMS, 100, 1000, false),
        subject -> {
          commit(place(subject.queue(), 1000, 100), 400, 40);

          assertThat(subject.queue().tryReserve(Signal.LOGS, 601, 60)).isNull();
          assertThat(subject.queue().tryReserve(Signal.LOGS, 600, 61)).isNull();
          assertThat(subject.queue().tryReserve(Signal.LOGS, 600, 60)).isNotNull();
        });
  }

  @Test
  void takes_and_counts_what_the_chain_made_larger() {
    with(
        new Limits(Sizer.BYTES, 1000, 1000, false),
        subject -> {
          commit(place(subject.queue(), 400, 1), 700, 1);
          assertThat(subject.queue().tryReserve(Signal.LOGS, 301, 1)).isNull();
          place(subject.queue(), 300, 1).cancel();

          subject.deliverAll();

          assertThat(subject.queue().tryReserve(Signal.LOGS, 1000, 1)).isNotNull();
          assertThat(budget.usedBytes()).isZero();
        });
  }

  @Test
  void calls_back_once_when_a_delivery_makes_room() {
    with(
        requests(1),
        subject -> {
          AtomicInteger calls = new AtomicInteger();
          commit(place(subject.queue(), 10, 1), 10, 1);
          subject.queue().onRoom(calls::getAndIncrement);
          assertThat(calls).hasValue(0);

          subject.deliverAll();
          assertThat(calls).hasValue(1);

          commit(place(subject.queue(), 10, 1), 10, 1);
          subject.deliverAll();
          assertThat(calls).hasValue(1);
        });
  }

  @Test
  void calls_everyone_back_when_a_place_is_cancelled() {
    with(
        requests(2),
        subject -> {
          AtomicInteger calls = new AtomicInteger();
          Place place = place(subject.queue(), 10, 1);
          subject.queue().onRoom(calls::getAndIncrement);
          subject.queue().onRoom(calls::getAndIncrement);

          place.cancel();

          assertThat(calls).hasValue(2);
        });
  }

  /// Otherwise a request too large for the room there is would be tried again without end.
  @Test
  void does_not_call_back_before_something_leaves() {
    with(
        new Limits(Sizer.BYTES, 100, AMPLE, false),
        subject -> {
          AtomicInteger calls = new AtomicInteger();
          Place place = place(subject.queue(), 50, 1);
          assertThat(subject.queue().tryReserve(Signal.LOGS, 60, 1)).isNull();
          subject.queue().onRoom(calls::getAndIncrement);
          Place small = place(subject.queue(), 10, 1);
          assertThat(calls).hasValue(0);

          place.cancel();
          assertThat(calls).hasValue(1);
          small.cancel();
          assertThat(calls).hasValue(1);
        });
  }

  @Test
  void a_callback_may_use_the_queue() {
    with(
        requests(1),
        subject -> {
          List<@Nullable Place> places = new ArrayList<>();
          Place place = place(subject.queue(), 10, 1);
          subject.queue().onRoom(() -> places.add(subject.queue().tryReserve(Signal.LOGS, 10, 1)));

          place.cancel();

          assertThat(places).hasSize(1).doesNotContainNull();
        });
  }

  @Test
  void drop_oldest_makes_room_and_books_what_it_dropped() {
    with(
        new Limits(Sizer.REQUESTS, 2, AMPLE, true),
        subject -> {
          PayloadQueue queue = subject.queue();
          commit(place(queue, 10, 1), 10, 1);
          commit(place(queue, 10, 10), 10, 10);

          commit(place(queue, 10, 100), 10, 100);

          assertThat(line().dropped()).isEqualTo(1);
          assertThat(line().inFlight()).isEqualTo(110);
          subject.deliverAll();
          assertThat(line().delivered()).isEqualTo(110);
          assertThat(line().balances()).isTrue();
          assertThat(budget.usedBytes()).isZero();
        });
  }

  @Test
  void drop_oldest_never_drops_a_place_that_is_only_reserved() {
    with(
        new Limits(Sizer.REQUESTS, 2, AMPLE, true),
        subject -> {
          place(subject.queue(), 10, 1);
          place(subject.queue(), 10, 1);

          assertThat(subject.queue().tryReserve(Signal.LOGS, 10, 1)).isNull();
          assertThat(line().dropped()).isZero();
        });
  }

  @Test
  void drop_oldest_drops_nothing_for_what_cannot_fit_anyway() {
    with(
        new Limits(Sizer.BYTES, 100, AMPLE, true),
        subject -> {
          commit(place(subject.queue(), 50, 1), 50, 1);

          assertThat(subject.queue().tryReserve(Signal.LOGS, 101, 1)).isNull();
          assertThat(line().dropped()).isZero();
        });
  }

  @Test
  void balances_and_empties_under_concurrent_use() throws InterruptedException {
    long seed = 20260711;
    System.out.println("seed: " + seed);
    ledger.pipeline(PIPELINE, List.of(EXPORTER));
    Subject subject = open(new Limits(Sizer.REQUESTS, 8, 500, false), ledger);
    AtomicBoolean failed = new AtomicBoolean();
    AtomicInteger running = new AtomicInteger(3);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Random random = new Random(seed + i);
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((thread, error) -> failed.set(true))
              .start(() -> {
                try {
                  useAtRandom(subject.queue(), random);
                } finally {
                  running.getAndDecrement();
                }
              }));
    }
    while (running.get() > 0) {
      subject.deliverAll();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    subject.deliverAll();

    assertThat(failed).isFalse();
    assertThat(budget.usedBytes()).isZero();
    assertThat(line().balances()).isTrue();
    assertThat(line().inFlight()).isZero();
    assertThat(line().delivered()).isPositive();
    Deque<Place> all = new ArrayDeque<>();
    for (int i = 0; i < 8; i++) {
      all.add(place(subject.queue(), 500 / 8, 1));
    }
    assertThat(subject.queue().tryReserve(Signal.LOGS, 1, 1)).isNull();
    all.forEach(Place::cancel);
    subject.close();
  }

  private void useAtRandom(PayloadQueue queue, Random random) {
    for (int i = 0; i < 2000; i++) {
      int bytes = 1 + random.nextInt(200);
      int items = 1 + random.nextInt(9);
      Place place = queue.tryReserve(Signal.LOGS, bytes, items);
      if (place == null) {
        queue.onRoom(() -> {});
      } else if (random.nextInt(4) == 0) {
        place.cancel();
      } else {
        commit(place, 1 + random.nextInt(bytes), 1 + random.nextInt(items));
      }
    }
  }

  private void with(Limits limits, java.util.function.Consumer<Subject> test) {
    ledger.pipeline(PIPELINE, List.of(EXPORTER));
    Subject subject = open(limits, ledger);
    try {
      test.accept(subject);
    } finally {
      subject.close();
    }
  }

  private static Limits requests(long requests) {
    return new Limits(Sizer.REQUESTS, requests, AMPLE, false);
  }

  private static Place place(PayloadQueue queue, long bytes, int items) {
    return Objects.requireNonNull(queue.tryReserve(Signal.LOGS, bytes, items), "no place");
  }

  private void commit(Place place, int bytes, int items) {
    ledger.pipeline(PIPELINE).received(items);
    place.commit(
        PIPELINE,
        new Payload(Signal.LOGS, Tenant.NONE, new byte[bytes], items),
        budget.forceReserve(bytes));
  }

  private LedgerLine line() {
    List<LedgerLine> lines = ledger.lines();
    assertThat(lines).hasSize(1);
    return lines.getFirst();
  }
}
