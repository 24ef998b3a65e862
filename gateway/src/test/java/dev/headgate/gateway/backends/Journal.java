package dev.headgate.gateway.backends;

import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.SystemNanoClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Everything that reached a backend, and the script of its answers.
///
/// **Threading:** any thread.
public final class Journal {
  private final NanoClock clock = new SystemNanoClock();
  private final List<Received> requests = new ArrayList<>();
  private final BackendRules rules = new BackendRules();
  private volatile Script script = Script.always(Reaction.accept());

  /// Answers by another script from now on.
  public void follow(Script next) {
    script = next;
  }

  /// Refuses every request that holds one of these items whole, from now on.
  public void poison(String... ids) {
    rules.poison(Set.of(ids));
  }

  BackendRules rules() {
    return rules;
  }

  Reaction next() {
    return script.next();
  }

  void add(Signal signal, byte[] bytes, Map<String, String> headers, boolean taken) {
    Message message = OtlpItems.parse(signal, bytes);
    synchronized (requests) {
      requests.add(new Received(signal, message, bytes.length, headers, clock.nanoTime(), taken));
    }
  }

  /// All requests, in the order in which they were answered.
  public List<Received> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /// The requests that were taken.
  public Stream<Received> taken() {
    return requests().stream().filter(Received::taken);
  }

  /// The names of the items that were taken, a name twice when it was taken twice.
  public List<String> ids() {
    return taken().flatMap(request -> request.ids().stream()).toList();
  }

  /// The messages that were taken.
  public List<Message> messages() {
    return taken().map(Received::message).toList();
  }
}
