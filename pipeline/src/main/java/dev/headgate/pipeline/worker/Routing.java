package dev.headgate.pipeline.worker;

import dev.headgate.config.Signal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Which pipelines take what, for all receivers: one table that a reload swaps for another in one
/// step. A request leases the table in force when it is handed to the workers, and keeps to it
/// until it is answered, so that none is processed by rules of two configurations; whoever swapped
/// learns when the last request of the old table has its answer.
///
/// **Threading:** any thread.
public final class Routing {
  private volatile Table current;

  /// Starts with a table.
  ///
  /// @param pipelines by receiver and signal
  public Routing(Map<String, Map<Signal, List<Pipeline>>> pipelines) {
    current = new Table(pipelines);
  }

  /// The pipelines that take a receiver's signal now.
  List<Pipeline> pipelines(String receiver, Signal signal) {
    return current.pipelines(receiver, signal);
  }

  Lease lease(Route route, Signal signal) {
    while (true) {
      Table table = current;
      table.users.incrementAndGet();
      if (table == current) {
        return new Lease(route, table, table.pipelines(route.receiver(), signal));
      }
      // Swapped in between: nobody waits for a user who came too late.
      table.leave();
    }
  }

  /// Puts another table in force for all requests that are leased from now on.
  ///
  /// @param pipelines by receiver and signal
  /// @return completed when all requests that keep to the old table are answered
  public CompletionStage<@Nullable Void> swap(Map<String, Map<Signal, List<Pipeline>>> pipelines) {
    Table old = current;
    current = new Table(pipelines);
    return old.retire();
  }

  /// One table and how many requests keep to it.
  private static final class Table {
    private final Map<String, Map<Signal, List<Pipeline>>> pipelines;
    private final AtomicLong users = new AtomicLong();
    private final CompletableFuture<@Nullable Void> unused = new CompletableFuture<>();
    private volatile boolean retired;

    private Table(Map<String, Map<Signal, List<Pipeline>>> pipelines) {
      this.pipelines = Map.copyOf(pipelines);
    }

    private List<Pipeline> pipelines(String receiver, Signal signal) {
      return pipelines.getOrDefault(receiver, Map.of()).getOrDefault(signal, List.of());
    }

    private void leave() {
      if (users.decrementAndGet() == 0) {
        completeIfUnused();
      }
    }

    private CompletionStage<@Nullable Void> retire() {
      retired = true;
      completeIfUnused();
      return unused.minimalCompletionStage();
    }

    /*
     * Both sides write before they read: the last user sees `retired`, or the retirer sees none. The
     * users are read after `retired`, also by one who just left: between its leaving and its look at
     * `retired` another may have taken the table while it was still in force.
     */
    private void completeIfUnused() {
      if (retired && users.get() == 0) {
        unused.complete(null);
      }
    }
  }

  /// One request's hold on the table that it keeps to.
  ///
  /// **Ownership:** released once, by whoever answers the request.
  public static final class Lease {
    private final Route route;
    private final Table table;
    private final List<Pipeline> pipelines;

    private Lease(Route route, Table table, List<Pipeline> pipelines) {
      this.route = route;
      this.table = table;
      this.pipelines = pipelines;
    }

    /// Where the request came from.
    public Route route() {
      return route;
    }

    /// The pipelines that take the request; may be none.
    List<Pipeline> pipelines() {
      return pipelines;
    }

    /// Lets go of the table.
    public void release() {
      table.leave();
    }
  }
}
