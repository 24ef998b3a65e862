package dev.headgate.pipeline.memory;

import java.util.Arrays;
import java.util.List;

/// Bytes as a pool lends them: their array is longer, and what lies behind their end is somebody
/// else's. Whoever reads it there reads a field that runs over the end.
public final class SpareBytes {
  private static final int SPARE_BYTES = 40;

  private SpareBytes() {}

  /// The content, with something behind it.
  public static Bytes of(byte[] content) {
    byte[] array = Arrays.copyOf(content, content.length + SPARE_BYTES);
    // A length-delimited field 1 with a length beyond everything.
    Arrays.fill(array, content.length, array.length, (byte) 0x0a);
    return new Bytes(array, content.length, ArrayPool.NONE);
  }

  /// The content in two slices, the second of which stands in the array before the first.
  public static Slices inSlices(byte[] content) {
    int first = content.length / 3;
    byte[] turned = new byte[content.length + 1];
    System.arraycopy(content, first, turned, 0, content.length - first);
    System.arraycopy(content, 0, turned, content.length - first + 1, first);
    Bytes bytes = of(turned);
    return new Slices(
        List.of(
            new Slice(bytes, content.length - first + 1, first),
            new Slice(bytes, 0, content.length - first)),
        content.length);
  }
}
