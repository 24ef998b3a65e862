package dev.headgate.gateway.fuzz;

import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.OtlpItems;
import dev.headgate.pipeline.otlp.CheckedRequest;
import dev.headgate.pipeline.otlp.JsonRenderer;
import dev.headgate.pipeline.otlp.JsonTranscoder;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.OutputLimitException;
import org.jspecify.annotations.Nullable;

/// OTLP/JSON: refused with a word, or a request that comes back the same through its rendering.
public final class JsonFuzz {
  private static final long MAX_BYTES = 1 << 20;

  private JsonFuzz() {}

  /// One input: a signal, then a request in JSON.
  public static void fuzzerTestOneInput(byte[] data) {
    Input input = new Input(data);
    Signal signal = input.signal();
    byte[] request = transcode(signal, input.rest());
    if (request == null) {
      return;
    }
    CheckedRequest checked = Input.check(signal, request);
    if (checked == null) {
      return;
    }
    byte[] rendered = new JsonRenderer().render(signal, checked.bytes());
    byte[] again = transcode(signal, rendered);
    Message before = OtlpItems.parse(signal, checked.bytes().toArray());
    if (again == null || !OtlpItems.parse(signal, again).equals(before)) {
      throw new AssertionError("what was rendered is not what it was rendered from");
    }
  }

  private static byte @Nullable [] transcode(Signal signal, byte[] json) {
    try {
      return new JsonTranscoder().toProtobuf(signal, json, 0, json.length, MAX_BYTES);
    } catch (MalformedInputException | OutputLimitException e) {
      return null;
    }
  }
}
