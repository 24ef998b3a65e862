package dev.headgate.exporters.client;

import dev.headgate.pipeline.memory.Bytes;
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
  private final List<Bytes> parts;
  private int part;
  private int offset;
  private int available;

  PartsBody(List<Bytes> parts, int sizeBytes) {
    this.parts = List.copyOf(parts);
    this.available = sizeBytes;
    parts.forEach(Bytes::retain);
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
    skipFinishedParts();
    if (part == parts.size()) {
      return length == 0 ? 0 : -1;
    }
    Bytes source = parts.get(part);
    int count = Math.min(length, source.length() - offset);
    System.arraycopy(source.array(), offset, target, from, count);
    advance(count);
    return count;
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int total = 0;
    for (skipFinishedParts(); part < parts.size(); skipFinishedParts()) {
      Bytes source = parts.get(part);
      int count = source.length() - offset;
      WrappingAllocator.write(source, offset, count, target);
      advance(count);
      total += count;
    }
    return total;
  }

  private void skipFinishedParts() {
    while (part < parts.size() && offset == parts.get(part).length()) {
      parts.get(part).release();
      part++;
      offset = 0;
    }
  }

  @Override
  public void close() {
    while (part < parts.size()) {
      parts.get(part).release();
      part++;
    }
    available = 0;
  }

  private void advance(int count) {
    offset += count;
    available -= count;
  }
}
