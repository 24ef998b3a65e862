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
/// **Threading:** confined to one thread.
final class PartsBody extends InputStream implements KnownLength, Drainable {
  private final List<Bytes> parts;
  private int part;
  private int offset;
  private int available;

  PartsBody(List<Bytes> parts, int sizeBytes) {
    this.parts = parts;
    this.available = sizeBytes;
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
      target.write(source.array(), offset, count);
      advance(count);
      total += count;
    }
    return total;
  }

  private void skipFinishedParts() {
    while (part < parts.size() && offset == parts.get(part).length()) {
      part++;
      offset = 0;
    }
  }

  private void advance(int count) {
    offset += count;
    available -= count;
  }
}
