package dev.headgate.gateway.fuzz;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.CheckedRequest;
import java.util.Arrays;

/// The check: refuses with a word, or leaves a request that it leaves alone from then on.
public final class CheckerFuzz {
  private CheckerFuzz() {}

  /// One input: a signal, then a request in protobuf.
  public static void fuzzerTestOneInput(byte[] data) {
    Input input = new Input(data);
    Signal signal = input.signal();
    CheckedRequest first = Input.check(signal, input.rest());
    if (first == null) {
      return;
    }
    CheckedRequest second = Input.check(signal, first.bytes().toArray());
    if (second == null) {
      throw new AssertionError("what the check wrote is malformed");
    }
    if (second.rejectedItems() + second.droppedAttributes() + second.repairedTimes() > 0
        || second.canonicalized()
        || !Arrays.equals(first.bytes().toArray(), second.bytes().toArray())) {
      throw new AssertionError("what the check wrote is changed by a second check: " + second);
    }
  }
}
