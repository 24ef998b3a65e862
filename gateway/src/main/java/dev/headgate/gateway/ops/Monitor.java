package dev.headgate.gateway.ops;

import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.payload.NanoClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the gateway's counters every few seconds, remembers the rates and sees what goes wrong. It
/// runs only where there is an operator's page.
///
/// **Threading:** any thread; looks on a thread of its own.
///
/// **Ownership:** owns its thread.
public final class Monitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
  private static final long INTERVAL_MILLIS = 5_000;

  /// Rates are over the time since the oldest of these.
  private static final int WINDOW = 3;

  private final PrometheusRegistry registry;
  private final Ledger ledger;
  private final NanoClock clock;
  private final InstantSource wallClock;
  private final BooleanSupplier configurationIsCurrent;
  private final Incidents incidents;
  private final Watch watch;
  private final History history = new History();
  private final Deque<Readings> window = new ArrayDeque<>();
  private @Nullable ScheduledThreadPoolExecutor thread;

  /// @param configurationIsCurrent whether the last reload succeeded
  public Monitor(
      PrometheusRegistry registry,
      Ledger ledger,
      NanoClock clock,
      InstantSource wallClock,
      BooleanSupplier configurationIsCurrent) {
    this.registry = registry;
    this.ledger = ledger;
    this.clock = clock;
    this.wallClock = wallClock;
    this.configurationIsCurrent = configurationIsCurrent;
    this.incidents = new Incidents(wallClock);
    this.watch = new Watch(incidents);
  }

  /// Looks from now on, or not any more.
  public synchronized void run(boolean on) {
    if (on && thread == null) {
      window.clear();
      window.addLast(Readings.of(registry, clock.nanoTime()));
      ScheduledThreadPoolExecutor started =
          new ScheduledThreadPoolExecutor(
              1,
              task -> {
                Thread made = new Thread(task, "headgate-monitor");
                made.setDaemon(true);
                return made;
              });
      var _ =
          started.scheduleAtFixedRate(
              this::tryLook, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
      thread = started;
    } else if (!on && thread != null) {
      thread.shutdownNow();
      thread = null;
    }
  }

  private void tryLook() {
    try {
      look();
    } catch (RuntimeException e) {
      LOG.error("monitor: a look failed", e);
    }
  }

  /// Looks now.
  synchronized void look() {
    Readings now = Readings.of(registry, clock.nanoTime());
    Readings last = window.peekLast();
    if (last != null) {
      Change change = new Change(last, now);
      watch.look(change, ledger.lines());
      watch.configuration(configurationIsCurrent.getAsBoolean());
      history.add(History.moment(wallClock.instant(), change));
    }
    window.addLast(now);
    if (window.size() > WINDOW) {
      window.removeFirst();
    }
  }

  /// What happened in the last ten to fifteen seconds, up to now.
  synchronized Change change() {
    Readings now = Readings.of(registry, clock.nanoTime());
    Readings first = window.peekFirst();
    watch.configuration(configurationIsCurrent.getAsBoolean());
    return new Change(first == null ? now : first, now);
  }

  Incidents incidents() {
    return incidents;
  }

  List<History.Moment> history() {
    return history.all();
  }

  @Override
  public void close() {
    run(false);
  }
}
