package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.memory.Content;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The transport that requests go out on, and those that wait to take its place.
///
/// **Threading:** confined to the scheduler's thread; outcomes come on any thread.
final class TransportInUse {
  private Transport transport;
  private final Deque<Change> changes = new ArrayDeque<>();

  TransportInUse(Transport transport) {
    this.transport = transport;
  }

  /// Another transport that waits until the one in use has nothing in flight.
  private record Change(Transport next, CompletableFuture<@Nullable Void> released) {}

  /// Sends a request.
  ///
  /// **Ownership:** holds the parts until the outcome, because the transport may read them until
  /// then even when whoever sent them has given them up; for ever when the transport throws: nobody
  /// knows what it still does.
  void send(ExportRequest request, Consumer<ExportOutcome> onOutcome) {
    List<? extends Content> parts = request.parts();
    parts.forEach(Content::retain);
    AtomicBoolean ended = new AtomicBoolean();
    transport.send(
        request,
        outcome -> {
          if (ended.compareAndSet(false, true)) {
            parts.forEach(Content::release);
          }
          onOutcome.accept(outcome);
        });
  }

  /// Adds one to those that wait; false when it is the last one already.
  ///
  /// @param released completed when the one before it is not used any more, or at once
  boolean add(Transport next, CompletableFuture<@Nullable Void> released) {
    Transport last = changes.isEmpty() ? transport : changes.getLast().next;
    if (next.equals(last)) {
      released.complete(null);
      return false;
    }
    changes.addLast(new Change(next, released));
    return true;
  }

  /// Whether another one waits.
  boolean isChanging() {
    return !changes.isEmpty();
  }

  /// Whether that one waits.
  boolean awaits(Transport next) {
    return changes.stream().anyMatch(change -> change.next.equals(next));
  }

  /// Changes to the last of those that wait; each is done with the one before it.
  void change() {
    while (!changes.isEmpty()) {
      Change change = changes.removeFirst();
      transport = change.next;
      change.released.complete(null);
    }
  }
}
