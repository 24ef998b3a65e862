package dev.headgate.gateway.fuzz;

import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.codec.Decompressor;
import dev.headgate.pipeline.codec.NoRoomException;
import dev.headgate.pipeline.codec.TooLargeException;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.wire.MalformedInputException;
import java.util.concurrent.atomic.AtomicLong;

/// Inflating: never more than the limit, and no byte that was not asked for.
public final class InflateFuzz {
  private static final int MAX_BYTES = 1 << 16;

  private InflateFuzz() {}

  /// One input: a coding, then a body.
  public static void fuzzerTestOneInput(byte[] data) {
    Input input = new Input(data);
    ContentCoding coding = ContentCoding.values()[input.choice(ContentCoding.values().length)];
    AtomicLong granted = new AtomicLong();
    try (Decompressor decompressor = new Decompressor()) {
      byte[] out =
          (decompressor.decompress(
                  coding,
                  SpareBytes.of(input.rest()),
                  MAX_BYTES,
                  more -> granted.addAndGet(more) <= 4 * MAX_BYTES))
              .toArray();
      if (out.length > MAX_BYTES) {
        throw new AssertionError(out.length + " bytes (limit: " + MAX_BYTES + ")");
      }
      if (coding != ContentCoding.IDENTITY && out.length > granted.get()) {
        throw new AssertionError(out.length + " bytes, asked for " + granted);
      }
    } catch (MalformedInputException | TooLargeException | NoRoomException _) {
      // What is promised for such a body.
    }
  }
}
