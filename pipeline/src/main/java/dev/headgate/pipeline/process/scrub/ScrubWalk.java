package dev.headgate.pipeline.process.scrub;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.process.regex.RegexSet;
import dev.headgate.pipeline.process.secrets.TextRules;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import org.jspecify.annotations.Nullable;

/// One walk over a logs request that applies the rules to the strings in its bodies. Reusable.
///
/// **Threading:** confined to one thread at a time.
final class ScrubWalk implements RegexSet.HitSink {
  /*
   * A level of the walk is a message type; NEXT holds, by level and field number, the level of the
   * message in that field. A STRING is where the walk ends.
   */
  private static final int REQUEST = 0;
  private static final int RESOURCE_LOGS = 1;
  private static final int SCOPE_LOGS = 2;
  private static final int LOG_RECORD = 3;
  private static final int ANY_VALUE = 4;
  private static final int ARRAY = 5;
  private static final int MAP = 6;
  private static final int KEY_VALUE = 7;
  private static final int STRING = 8;
  private static final int SKIP = -1;
  private static final int MAX_DEPTH = 256;
  private static final int[][] NEXT = {
    {SKIP, RESOURCE_LOGS},
    {SKIP, SKIP, SCOPE_LOGS},
    {SKIP, SKIP, LOG_RECORD},
    {SKIP, SKIP, SKIP, SKIP, SKIP, ANY_VALUE},
    {SKIP, STRING, SKIP, SKIP, SKIP, ARRAY, MAP},
    {SKIP, ANY_VALUE},
    {SKIP, KEY_VALUE},
    {SKIP, SKIP, ANY_VALUE}
  };

  private final TextRules rules;
  private final CounterDataPoint[] counters;
  private static final byte[] EMPTY = {};

  private byte[] buffer = EMPTY;
  private WireEditor editor = new WireEditor();

  ScrubWalk(TextRules rules, CounterDataPoint[] counters) {
    this.rules = rules;
    this.counters = counters;
  }

  /// Walks a request; returns its new bytes, or null when nothing is changed.
  @Nullable Bytes run(Bytes bytes, WireEditor contextEditor) {
    buffer = bytes.array();
    editor = contextEditor;
    editor.reset(bytes);
    message(REQUEST, 0, bytes.length(), 0);
    buffer = EMPTY;
    return editor.finish();
  }

  @Override
  public void hit(int rule) {
    counters[rule].inc();
  }

  private void message(int level, int from, int to, int depth) {
    if (depth > MAX_DEPTH) {
      throw new MalformedInputException(from, "values nested too deep");
    }
    byte[] b = buffer;
    int[] next = NEXT[level];
    int at = from;
    while (at < to) {
      int tagStart = at;
      int tag = b[at++];
      if (tag < 0) {
        tag = (int) WireScan.varint(b, tagStart);
        at = WireScan.varintEnd(b, tagStart);
      }
      if (WireType.type(tag) != WireType.LENGTH_DELIMITED) {
        at = WireScan.skip(b, tag, at);
        continue;
      }
      int lengthStart = at;
      int length = b[at++];
      if (length < 0) {
        length = (int) WireScan.varint(b, lengthStart);
        at = WireScan.varintEnd(b, lengthStart);
      }
      if (length < 0 || length > to - at) {
        throw new MalformedInputException(at, "length beyond the end");
      }
      int body = at;
      at += length;
      int field = WireType.field(tag);
      int child = field < next.length ? next[field] : SKIP;
      if (child == STRING) {
        string(lengthStart, body, at);
      } else if (child != SKIP) {
        editor.enter(tagStart, lengthStart, body, at);
        message(child, body, at, depth + 1);
        editor.leave();
        if (level == LOG_RECORD) {
          return; // a checked record has one body
        }
      }
    }
  }

  private void string(int lengthStart, int from, int to) {
    byte[] scrubbed = rules.rewrite(buffer, from, to, this);
    if (scrubbed != null) {
      WireWriter out = editor.edit(lengthStart, to);
      out.writeVarint(scrubbed.length);
      out.writeRaw(scrubbed, 0, scrubbed.length);
    }
  }
}
