package dev.headgate.exporters.backend;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.wire.SliceReader;
import dev.headgate.pipeline.wire.WireType;

/// The size of a log request as Loki counts it: the attributes of the resource and of the scope are
/// copied to every record.
final class LokiSize {
  private static final int RESOURCE_LOGS = WireType.tag(1, WireType.LENGTH_DELIMITED);
  private static final int OWNER = WireType.tag(1, WireType.LENGTH_DELIMITED);
  private static final int CHILDREN = WireType.tag(2, WireType.LENGTH_DELIMITED);

  private LokiSize() {}

  static long expandedBytes(Signal signal, Content content) {
    if (signal != Signal.LOGS) {
      return content.length();
    }
    SliceReader reader = new SliceReader(content);
    long total = 0;
    while (reader.position() < content.length()) {
      int tag = reader.readTag();
      if (tag == RESOURCE_LOGS) {
        int length = reader.readLength();
        total += resourceBytes(reader, reader.position() + length);
      } else {
        reader.skip(tag);
      }
    }
    return total;
  }

  private static long resourceBytes(SliceReader reader, int end) {
    Sum sum = new Sum();
    long resource = 0;
    while (reader.position() < end) {
      int tag = reader.readTag();
      if (tag == OWNER) {
        int length = reader.readLength();
        resource += length;
        reader.advance(length);
      } else if (tag == CHILDREN) {
        int length = reader.readLength();
        addScope(reader, reader.position() + length, sum);
      } else {
        reader.skip(tag);
      }
    }
    return sum.bytes + resource * sum.records;
  }

  private static void addScope(SliceReader reader, int end, Sum sum) {
    long records = 0;
    long scope = 0;
    while (reader.position() < end) {
      int tag = reader.readTag();
      if (tag == OWNER || tag == CHILDREN) {
        int length = reader.readLength();
        if (tag == OWNER) {
          scope += length;
        } else {
          records++;
          sum.bytes += length;
        }
        reader.advance(length);
      } else {
        reader.skip(tag);
      }
    }
    sum.records += records;
    sum.bytes += scope * records;
  }

  /// Records, and their bytes with those of their scopes: the owner of a list may follow it.
  private static final class Sum {
    private long records;
    private long bytes;
  }
}
