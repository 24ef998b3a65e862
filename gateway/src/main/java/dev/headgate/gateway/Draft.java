package dev.headgate.gateway;

import dev.headgate.config.ComponentId;
import dev.headgate.config.GatewayConfig;
import dev.headgate.gateway.AssemblyException.Fault;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the builders of one graph share: what they build from, what went wrong, what has to be
/// undone then, and what has to be done when the graph comes into force.
///
/// **Threading:** confined to the thread that assembles.
final class Draft {
  final Core core;
  final @Nullable Graph running;
  final GatewayConfig config;
  final MemoryPlan memory;

  private final List<Fault> faults = new ArrayList<>();
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private final List<Runnable> changes = new ArrayList<>();

  /// @param running what runs now, null at the start
  Draft(Core core, @Nullable Graph running, GatewayConfig config) {
    this.core = core;
    this.running = running;
    this.config = config;
    this.memory = MemoryPlan.of(config);
  }

  /// Something that may fail on this machine.
  @FunctionalInterface
  interface Making<T> {
    T make() throws IOException;
  }

  /// Makes something, or notes under which keys it cannot be had and returns null.
  <T> @Nullable T attempt(List<String> keys, Making<T> making) {
    try {
      return making.make();
    } catch (IOException e) {
      faults.add(new Fault(keys, reason(e)));
      return null;
    }
  }

  private static String reason(IOException e) {
    String message = Objects.requireNonNullElse(e.getMessage(), "cannot be used");
    // Of a file system's exceptions the message is the path alone.
    return e instanceof FileSystemException
        ? message + ": " + e.getClass().getSimpleName()
        : message;
  }

  /// Notes something that cannot be.
  void fault(Fault fault) {
    faults.add(fault);
  }

  /// Goes on only when everything so far can be had.
  ///
  /// @throws AssemblyException with all faults
  void check() throws AssemblyException {
    if (!faults.isEmpty()) {
      throw new AssemblyException(faults);
    }
  }

  /// Remembers how to undo what was just made; the last is undone first.
  void onFailure(Runnable undoing) {
    undo.push(undoing);
  }

  /// Undoes everything.
  void undo() {
    undo.forEach(Runnable::run);
  }

  /// Remembers what is to be done to a part that stays; it cannot fail.
  void onHandover(Runnable change) {
    changes.add(change);
  }

  /// What is to be done to parts that stay.
  List<Runnable> changes() {
    return changes;
  }

  /// Whether a pipeline ends in an exporter.
  static boolean isUsed(GatewayConfig config, ComponentId exporter) {
    return config.service().pipelines().stream()
        .anyMatch(pipeline -> pipeline.exporters().contains(exporter));
  }

  /// Puts what is not null.
  static <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
    if (value != null) {
      map.put(key, value);
    }
  }
}
