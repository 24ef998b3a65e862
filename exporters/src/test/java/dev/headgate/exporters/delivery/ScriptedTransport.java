package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.memory.Bytes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/// A backend that answers as the test says: at once by a rule, or later by hand.
///
/// **Threading:** confined to the test's thread.
public final class ScriptedTransport implements Transport {
  /// A request that has no outcome yet.
  ///
  /// @param sent what it was when it was sent
  /// @param answered whether it got an outcome
  public record Open(
      ExportRequest request,
      ExportRequest sent,
      AtomicBoolean answered,
      Consumer<ExportOutcome> onOutcome) {
    /// Gives the outcome. Until the first the request has to be what it was, whoever gave it up.
    public void answer(ExportOutcome outcome) {
      boolean lent = answered.compareAndSet(false, true);
      for (int i = 0; lent && i < sent.parts().size(); i++) {
        byte[] now = request.parts().get(i).toArray();
        if (!Arrays.equals(now, sent.parts().get(i).toArray())) {
          throw new AssertionError("a part was given back before the outcome");
        }
      }
      onOutcome.accept(outcome);
    }
  }

  private static ExportRequest copy(ExportRequest request) {
    List<Bytes> parts = request.parts().stream().map(part -> Bytes.of(part.toArray())).toList();
    return request.with(parts, request.items());
  }

  private final List<ExportRequest> requests = new ArrayList<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private Function<ExportRequest, ExportOutcome> rule;
  private int mostOpen;
  private boolean closed;

  /// Holds every request until the test answers it.
  public ScriptedTransport holdAll() {
    rule = null;
    return this;
  }

  /// Answers every request from now on; the rule may throw.
  public ScriptedTransport answerAll(Function<ExportRequest, ExportOutcome> newRule) {
    rule = newRule;
    return this;
  }

  /// Answers the next requests with these outcomes and everything after them with success.
  public ScriptedTransport answer(ExportOutcome... outcomes) {
    Deque<ExportOutcome> script = new ArrayDeque<>(List.of(outcomes));
    return answerAll(request -> script.isEmpty() ? delivered() : script.removeFirst());
  }

  @Override
  public void send(ExportRequest request, Consumer<ExportOutcome> onOutcome) {
    ExportRequest sent = copy(request);
    requests.add(sent);
    if (rule != null) {
      onOutcome.accept(rule.apply(request));
      return;
    }
    open.addLast(new Open(request, sent, new AtomicBoolean(), onOutcome));
    mostOpen = Math.max(mostOpen, open.size());
  }

  /// Takes the oldest request that has no outcome.
  public Open takeOpen() {
    return open.removeFirst();
  }

  /// How many requests have no outcome.
  public int openRequests() {
    return open.size();
  }

  /// The most requests that had no outcome at once.
  public int mostOpenRequests() {
    return mostOpen;
  }

  /// All requests so far, in order.
  public List<ExportRequest> requests() {
    return requests;
  }

  /// Whether the transport was closed.
  public boolean closed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
  }

  /// Success.
  public static ExportOutcome delivered() {
    return new ExportOutcome.Delivered();
  }

  /// Try again.
  public static ExportOutcome retryable() {
    return new ExportOutcome.Retryable(null, "UNAVAILABLE", "not now");
  }

  /// Try again, but not before.
  public static ExportOutcome retryable(Duration delay) {
    return new ExportOutcome.Retryable(delay, "UNAVAILABLE", "not now");
  }

  /// Never.
  public static ExportOutcome permanent() {
    return new ExportOutcome.Permanent("INVALID_ARGUMENT", "no", ExportOutcome.Remedy.ISOLATE);
  }

  /// Never, as long as one of the items is in it.
  public static ExportOutcome poisoned() {
    return new ExportOutcome.Permanent(
        "INVALID_ARGUMENT", "not with this", ExportOutcome.Remedy.BISECT);
  }

  /// Smaller.
  public static ExportOutcome tooLarge() {
    return new ExportOutcome.TooLarge("RESOURCE_EXHAUSTED", "too large");
  }
}
