package dev.headgate.exporters.client;

import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.memory.Slice;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/// The parts of a request in a row as one stream of known length, so that grpc-java sizes its
/// buffers once and copies once.
///
/// **Threading:** confined to one thread at a time.
///
/// **Ownership:** holds the parts until it was read to its end or closed, because a call that has
/// no connection yet reads it much later.
final class PartsBody extends InputStream implements KnownLength, Drainable {
  private final List<Slice> slices;
  private int slice;
  private int offset;
  private int available;

  PartsBody(List<? extends Content> parts, int sizeBytes) {
    this.slices = Content.slices(parts);
    this.available = sizeBytes;
    parts.forEach(Content::retain);
  }

  @Override
  public int available() {
    return available;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) {
    skipFinished();
    if (slice == slices.size()) {
      return length == 0 ? 0 : -1;
    }
    Slice source = slices.get(slice);
    int count = Math.min(length, source.length() - offset);
    System.arraycopy(source.bytes().array(), source.from() + offset, target, from, count);
    advance(count);
    return count;
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int total = 0;
    for (skipFinished(); slice < slices.size(); skipFinished()) {
      Slice source = slices.get(slice);
      int count = source.length() - offset;
      WrappingAllocator.write(source.bytes(), source.from() + offset, count, target);
      advance(count);
      total += count;
    }
    return total;
  }

  private void skipFinished() {
    while (slice < slices.size() && offset == slices.get(slice).length()) {
      slices.get(slice).bytes().release();
      slice++;
      offset = 0;
    }
  }

  @Override
  public void close() {
    while (slice < slices.size()) {
      slices.get(slice).bytes().release();
      slice++;
    }
    available = 0;
  }

  private void advance(int count) {
    offset += count;
    available -= count;
  }
}
