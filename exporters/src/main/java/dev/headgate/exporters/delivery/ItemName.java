package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireReader;
import dev.headgate.pipeline.wire.WireType;
import java.util.HexFormat;

/// Names the first item of a request so that it can be found at its sender, without showing any of
/// its content: its place in the payload (or its part of it), a hash of its resource, its trace and
/// span id.
final class ItemName {
  private static final int FIRST = WireType.tag(1, WireType.LENGTH_DELIMITED);
  private static final int SECOND = WireType.tag(2, WireType.LENGTH_DELIMITED);
  private static final int MAX_ID_BYTES = 16;

  private ItemName() {}

  /// The name of a chunk's first item.
  static String of(Signal signal, Chunk chunk) {
    Bytes bytes = chunk.content().whole();
    byte[] request = bytes.array();
    StringBuilder name = new StringBuilder("item ").append(chunk.firstItem());
    name.append(chunk.owner().isDivided() ? " of its part of a payload" : " of its payload");
    try {
      WireReader reader = new WireReader(bytes);
      if (enter(reader, FIRST)) {
        int body = reader.position();
        if (enter(reader, FIRST)) {
          long hash = 1;
          for (int i = reader.position(); i < reader.limit(); i++) {
            hash = 31 * hash + request[i];
          }
          name.append(", resource hash ").append(HexFormat.of().toHexDigits(hash));
        }
        reader.reset(request, body, end(bytes, body));
        boolean inScope = enter(reader, SECOND);
        if (inScope && enter(reader, SECOND)) {
          appendIds(signal, reader, name);
        }
      }
    } catch (MalformedInputException malformed) {
      // Payloads were checked; what is known of this one is its place.
      name.append(", malformed");
    }
    return name.toString();
  }

  /// The end of the request's first message, whose body begins at `body`.
  private static int end(Bytes request, int body) {
    WireReader reader = new WireReader(request);
    while (reader.position() < body) {
      int tag = reader.readTag();
      if (tag == FIRST) {
        return reader.readLength() + body;
      }
      reader.skip(tag);
    }
    return request.length();
  }

  private static boolean enter(WireReader reader, int wanted) {
    while (!reader.atEnd()) {
      int tag = reader.readTag();
      if (tag == wanted) {
        reader.pushLimit(reader.readLength());
        return true;
      }
      reader.skip(tag);
    }
    return false;
  }

  private static void appendIds(Signal signal, WireReader reader, StringBuilder name) {
    switch (signal) {
      case TRACES -> appendIds(1, 2, reader, name);
      case LOGS -> appendIds(9, 10, reader, name);
      case METRICS -> {}
    }
  }

  private static void appendIds(int traceId, int spanId, WireReader reader, StringBuilder name) {
    while (!reader.atEnd()) {
      int tag = reader.readTag();
      int field = WireType.field(tag);
      if (WireType.type(tag) != WireType.LENGTH_DELIMITED
          || (field != traceId && field != spanId)) {
        reader.skip(tag);
        continue;
      }
      int length = reader.readLength();
      int from = reader.position();
      String hex =
          HexFormat.of().formatHex(reader.array(), from, from + Math.min(length, MAX_ID_BYTES));
      name.append(field == traceId ? ", trace id " : ", span id ").append(hex);
      reader.advance(length);
    }
  }
}
