package dev.headgate.gateway;

import dev.headgate.config.ComponentId;
import dev.headgate.config.ExporterConfig;
import dev.headgate.config.FileExporterConfig;
import dev.headgate.exporters.delivery.Delivery;
import dev.headgate.gateway.Graph.Admin;
import dev.headgate.gateway.Graph.Inlet;
import dev.headgate.gateway.Graph.Outlet;
import dev.headgate.gateway.receive.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts a graph in the place of the one that runs, and ends what it does not take over.
///
/// In this order: receivers that are gone finish while the old pipelines still run; parts that go
/// on by another recipe get it; the routing is swapped in one step; new receivers open before those
/// they replace stop. In the background, requests of the old routing are waited for, and only then
/// exporters that lead elsewhere or nowhere now are retired: they send the rest where it was meant
/// to go.
///
/// **Threading:** run once, by the thread that reloads; ends things on threads of its own.
final class Handover {
  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

  /// How long receivers that are gone wait for their last requests; the answer to the reload waits
  /// with them.
  private static final Duration LAST_OF_REMOVED = Duration.ofSeconds(5);

  /// How long receivers that have a successor do.
  private static final Duration LAST_OF_REPLACED = Duration.ofSeconds(10);

  /// How long requests of the old routing are waited for; they all have their answers by then.
  private static final Duration LAST_ANSWERS = Core.MAX_ANSWER_WAIT.plus(Core.MAX_ANSWER_WAIT);

  /// How long metrics of an exporter wait for those that its predecessor still sends.
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(15);

  /// How long a destination that is gone is tried: as long as a batch is retried by default.
  private static final Duration LAST_DELIVERIES = Duration.ofMinutes(5);

  private final Core core;
  private final Graph before;
  private final Assembly.Next next;
  private final Graph after;
  private final Map<Delivery, Outlet> retiring;
  private final Set<Receiver> ending;

  /// @param retiring the deliveries that still send for a graph that is gone, as long as they do
  /// @param ending gets the receivers that still answer their last requests, as long as they do
  Handover(
      Core core,
      Graph before,
      Assembly.Next next,
      Map<Delivery, Outlet> retiring,
      Set<Receiver> ending) {
    this.core = core;
    this.before = before;
    this.next = next;
    this.after = next.graph();
    this.retiring = retiring;
    this.ending = ending;
  }

  /// Hands over; when it returns new requests take the new ways.
  void run() {
    List<Inlet> removed = new ArrayList<>();
    List<Inlet> replaced = new ArrayList<>();
    gone(before.receivers(), after.receivers(), Inlet::receiver)
        .forEach(
            (key, inlet) -> (after.receivers().containsKey(key) ? replaced : removed).add(inlet));
    Collection<Thread> ending = stop(removed, LAST_OF_REMOVED);
    gone(before.receivers(), after.receivers(), Inlet::socket).values().stream()
        .filter(removed::contains)
        .forEach(inlet -> inlet.socket().close());
    join(ending);
    Map<ComponentId, Outlet> outlets =
        gone(before.exporters(), after.exporters(), Outlet::delivery);
    Map<Delivery, CompletableFuture<?>> held = holdFollowers(outlets);
    outlets.values().forEach(outlet -> retiring.put(outlet.delivery(), outlet));
    core.resizeTo(after.memory());
    next.changes().forEach(Runnable::run);
    CompletableFuture<?> unused = core.routing.swap(after.routes()).toCompletableFuture();
    open(before, after);
    Collection<Thread> _ = stop(replaced, LAST_OF_REPLACED);
    gone(before.receivers(), after.receivers(), Inlet::socket)
        .forEach((_, inlet) -> inlet.socket().close());
    Set<ComponentId> processors = after.processors().keySet();
    core.processors.keepOnly(processors);
    CompletableFuture<?> _ =
        unused
            .orTimeout(LAST_ANSWERS.toNanos(), TimeUnit.NANOSECONDS)
            .whenCompleteAsync(
                (_, late) -> {
                  if (late != null) {
                    LOG.warn("requests of the old configuration did not end in time");
                  }
                  outlets.forEach(this::retire);
                  held.forEach(Handover::releaseAfter);
                },
                core.loops.blocking());
    Thread _ = Thread.ofVirtual().start(this::endAdmin);
  }

  /// Opens the receivers of a graph that are not part of the one before, and says where they listen
  /// and where new file exporters write.
  static void open(Graph before, Graph after) {
    Set<Object> open = identities(before.receivers(), Inlet::receiver);
    after
        .receivers()
        .forEach((key, inlet) -> {
          if (!open.contains(inlet.receiver())) {
            inlet.receiver().open();
            String transport = key.transport().equals("grpc") ? "gRPC" : "HTTP";
            LOG.info("OTLP/{} receiver listens on port {}", transport, inlet.receiver().port());
          }
        });
    Map<ComponentId, ExporterConfig> exporters = after.config().exporters();
    gone(after.exporters(), before.exporters(), Outlet::delivery)
        .keySet()
        .forEach(id -> {
          if (exporters.get(id) instanceof FileExporterConfig file) {
            LOG.info("exporter {} writes to {}", id, file.path().toAbsolutePath());
          }
        });
  }

  private Collection<Thread> stop(List<Inlet> inlets, Duration lastRequests) {
    List<Receiver> receivers = inlets.stream().map(Inlet::receiver).toList();
    ending.addAll(receivers);
    receivers.forEach(Receiver::stopAccepting);
    return end(receivers, lastRequests, ending::remove);
  }

  /// Ends receivers that accept nothing any more, each on a thread of its own.
  static Collection<Thread> end(
      Collection<Receiver> receivers, Duration lastRequests, Consumer<Receiver> onEnd) {
    List<Thread> threads = new ArrayList<>();
    for (Receiver receiver : receivers) {
      Runnable end =
          () -> {
            receiver.stop(lastRequests);
            onEnd.accept(receiver);
          };
      threads.add(Thread.ofVirtual().start(end));
    }
    return threads;
  }

  static void join(Collection<Thread> threads) {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Has new deliveries keep metrics back that may come behind others at the same backend: those of
  /// an exporter of the same id or destination that is gone, now or by an earlier reload.
  ///
  /// @return what each waits for
  private Map<Delivery, CompletableFuture<?>> holdFollowers(Map<ComponentId, Outlet> gone) {
    Map<Delivery, CompletableFuture<?>> held = new HashMap<>();
    gone(after.exporters(), before.exporters(), Outlet::delivery)
        .forEach((id, outlet) -> {
          Set<Delivery> ahead = Collections.newSetFromMap(new IdentityHashMap<>());
          List<Outlet> candidates = new ArrayList<>(gone.values());
          candidates.addAll(retiring.values());
          Object destination = ExporterFactory.destination(outlet.config());
          for (Outlet candidate : candidates) {
            if (ExporterFactory.destination(candidate.config()).equals(destination)) {
              ahead.add(candidate.delivery());
            }
          }
          Outlet predecessor = gone.get(id);
          if (predecessor != null) {
            ahead.add(predecessor.delivery());
          }
          if (!ahead.isEmpty()) {
            outlet.delivery().holdOrdered();
            held.put(outlet.delivery(), allDrained(ahead));
          }
        });
    return held;
  }

  private static CompletableFuture<?> allDrained(Collection<Delivery> deliveries) {
    return CompletableFuture.allOf(
        deliveries.stream()
            .map(delivery -> delivery.drained().toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }

  private static void releaseAfter(Delivery delivery, CompletableFuture<?> ahead) {
    CompletableFuture<?> _ =
        ahead
            .orTimeout(LONGEST_HOLD.toNanos(), TimeUnit.NANOSECONDS)
            .whenComplete((_, _) -> delivery.releaseOrdered());
  }

  /// Has an exporter's last payloads sent.
  private void retire(ComponentId id, Outlet outlet) {
    Delivery delivery = outlet.delivery();
    long deadlineNanos = core.clock.nanoTime() + LAST_DELIVERIES.toNanos();
    CompletableFuture<?> drained = delivery.retire(deadlineNanos).toCompletableFuture();
    Outlet follower = after.exporters().get(id);
    CompletableFuture<?> _ =
        drained.whenCompleteAsync(
            (_, _) -> {
              retiring.remove(delivery);
              boolean kept = follower != null && follower.transport().equals(outlet.transport());
              if (!kept) {
                outlet.transport().close();
              }
              LOG.info("exporter {}: the last of its old destination is done", id);
            },
            core.loops.blocking());
  }

  /// A moment later: it may be the one that the answer to the reload goes out on.
  private void endAdmin() {
    gone(before.admin(), after.admin(), Admin::server)
        .forEach((_, admin) -> admin.server().stop(1));
  }

  /// The parts of the first that hold something which no part of the second holds.
  private static <K, V> Map<K, V> gone(Map<K, V> from, Map<K, V> to, Function<V, Object> held) {
    Set<Object> kept = identities(to, held);
    Map<K, V> gone = new LinkedHashMap<>(from);
    gone.values().removeIf(part -> kept.contains(held.apply(part)));
    return gone;
  }

  private static <K, V> Set<Object> identities(Map<K, V> parts, Function<V, Object> held) {
    Set<Object> identities = Collections.newSetFromMap(new IdentityHashMap<>());
    parts.values().forEach(part -> identities.add(held.apply(part)));
    return identities;
  }
}
