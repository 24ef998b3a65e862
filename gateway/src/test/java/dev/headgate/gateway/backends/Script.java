package dev.headgate.gateway.backends;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Which reaction each request meets.
///
/// **Threading:** any thread.
@FunctionalInterface
public interface Script {
  /// The reaction to the next request.
  Reaction next();

  /// The same for all.
  static Script always(Reaction reaction) {
    return () -> reaction;
  }

  /// One for the first requests, another for the rest.
  static Script first(int requests, Reaction reaction, Reaction then) {
    AtomicInteger left = new AtomicInteger(requests);
    return () -> left.getAndDecrement() > 0 ? reaction : then;
  }

  /// A refusal for a share of the requests, chosen by a seed.
  static Script flaky(long seed, double share, Reaction refusal) {
    SplittableRandom random = new SplittableRandom(seed);
    return () -> {
      synchronized (random) {
        return random.nextDouble() < share ? refusal : Reaction.accept();
      }
    };
  }
}
