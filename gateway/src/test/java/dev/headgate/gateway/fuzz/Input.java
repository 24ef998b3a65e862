package dev.headgate.gateway.fuzz;

import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.OtlpItems;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.otlp.CheckedRequest;
import dev.headgate.pipeline.otlp.OtlpChecker;
import dev.headgate.pipeline.otlp.RequestFacts;
import dev.headgate.pipeline.wire.MalformedInputException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A fuzzer's bytes, taken apart: the first ones choose, the rest is the payload.
final class Input {
  private static final long ARRIVAL_UNIX_NANOS = 1_760_000_000_000_000_000L;

  private final byte[] data;
  private int at;

  Input(byte[] data) {
    this.data = data;
  }

  /// The next byte as a choice among `bound`; 0 when there is none left.
  int choice(int bound) {
    return at < data.length ? (data[at++] & 0xff) % bound : 0;
  }

  Signal signal() {
    return Signal.values()[choice(Signal.values().length)];
  }

  byte[] rest() {
    return Arrays.copyOfRange(data, at, data.length);
  }

  /// What the check makes of bytes, or null when they are malformed. What passes is a request for
  /// protobuf-java too, with as many items.
  static @Nullable CheckedRequest check(Signal signal, byte[] bytes) {
    CheckedRequest checked;
    try {
      checked = new OtlpChecker().check(signal, SpareBytes.of(bytes), ARRIVAL_UNIX_NANOS);
    } catch (MalformedInputException e) {
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        throw new AssertionError("malformed without a word", e);
      }
      return null;
    }
    items(signal, checked.bytes().toArray(), checked.items());
    return checked;
  }

  /// Parses bytes that must be a request with so many items.
  static Message items(Signal signal, byte[] bytes, int expected) {
    Message message = OtlpItems.parse(signal, bytes);
    int items = RequestFacts.items(message);
    if (items != expected) {
      throw new AssertionError("items: " + items + " (expected: " + expected + ")");
    }
    return message;
  }
}
