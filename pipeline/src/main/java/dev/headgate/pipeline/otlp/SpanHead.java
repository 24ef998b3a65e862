package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.wire.WireType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The first fields of a span as encoders write them, in the order of their numbers: both ids;
/// then, as far as they are there, a tracestate, a parent and a name, the texts of up to 127 bytes;
/// then kind, start and end, if all three are. Every walk over a span passes through them. A few
/// comparisons for each, at a place of their own in the code, take a quarter off the check of a
/// span of 800 B with 15 attributes (2026-11-23). Where a span is spelt otherwise the head ends,
/// and the loop over tags goes on from there. Reusable; allocates nothing.
///
/// **Threading:** confined to one thread.
public final class SpanHead {
  /// The fields that may be in a head, as bits by their numbers.
  public static final int FIELD_BITS = 0b1_1111_1110;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  // The tag of an id and, above it, its length.
  private static final int TRACE_ID = 1 << 3 | WireType.LENGTH_DELIMITED | 16 << 8;
  private static final int SPAN_ID = 2 << 3 | WireType.LENGTH_DELIMITED | 8 << 8;
  private static final int PARENT_ID = 4 << 3 | WireType.LENGTH_DELIMITED | 8 << 8;

  private static final int TRACE_STATE = 3 << 3 | WireType.LENGTH_DELIMITED;
  private static final int NAME = 5 << 3 | WireType.LENGTH_DELIMITED;
  private static final int KIND = 6 << 3 | WireType.VARINT;
  private static final int START = 7 << 3 | WireType.FIXED64;
  private static final int END = 8 << 3 | WireType.FIXED64;

  // Both ids with their tags and lengths; a parent; the kind and both times with their tags.
  private static final int IDS_BYTES = 28;
  private static final int PARENT_BYTES = 10;
  private static final int TIMES_BYTES = 20;

  private int from;
  private int stateFrom;
  private int stateTo;
  private int nameFrom;
  private int nameTo;
  private int fields;

  /// Reads the span `buffer[from, to)`, checked or not.
  ///
  /// @return where the first field begins that does not belong to the head; `from` if there is no
  ///   head, and then nothing but [#fields] may be asked
  public int read(byte[] buffer, int from, int to) {
    fields = 0;
    if (to - from < IDS_BYTES
        || (short) SHORT.get(buffer, from) != TRACE_ID
        || (short) SHORT.get(buffer, from + 18) != SPAN_ID) {
      return from;
    }
    this.from = from;
    int seen = 1 << 1 | 1 << 2;
    int at = from + IDS_BYTES;
    int end = textEnd(buffer, at, to, TRACE_STATE);
    if (end >= 0) {
      seen |= 1 << 3;
      stateFrom = at + 2;
      at = end;
    } else {
      stateFrom = at;
    }
    stateTo = at;
    if (to - at >= PARENT_BYTES && (short) SHORT.get(buffer, at) == PARENT_ID) {
      seen |= 1 << 4;
      at += PARENT_BYTES;
    }
    end = textEnd(buffer, at, to, NAME);
    if (end >= 0) {
      seen |= 1 << 5;
      nameFrom = at + 2;
      at = end;
    } else {
      nameFrom = at;
    }
    nameTo = at;
    if (to - at >= TIMES_BYTES
        && buffer[at] == KIND
        && buffer[at + 1] >= 0
        && buffer[at + 2] == START
        && buffer[at + 11] == END) {
      seen |= 1 << 6 | 1 << 7 | 1 << 8;
      at += TIMES_BYTES;
    }
    fields = seen;
    return at;
  }

  /** The end of a text of up to 127 bytes whose field begins here, or -1. */
  private static int textEnd(byte[] buffer, int at, int to, int tag) {
    if (to - at < 2 || buffer[at] != tag || buffer[at + 1] < 0) {
      return -1;
    }
    int end = at + 2 + buffer[at + 1];
    return end <= to ? end : -1;
  }

  /// The fields that are in the head, as bits by their numbers: 0 without a head, else both ids'
  /// and those of what follows.
  public int fields() {
    return fields;
  }

  /// Where the 16 bytes of the trace id begin.
  public int traceIdFrom() {
    return from + 2;
  }

  /// Where the trace id ends.
  public int traceIdTo() {
    return from + 18;
  }

  /// Where the 8 bytes of the span id begin.
  public int spanIdFrom() {
    return from + 20;
  }

  /// Whether there is a tracestate in the head.
  public boolean hasTraceState() {
    return (fields & 1 << 3) != 0;
  }

  /// Where the tag of the tracestate stands, or would.
  public int stateTagStart() {
    return from + IDS_BYTES;
  }

  /// Where the text of the tracestate begins.
  public int stateFrom() {
    return stateFrom;
  }

  /// Where the tracestate ends; where it begins if there is none.
  public int stateTo() {
    return stateTo;
  }

  /// Where the text of the name begins.
  public int nameFrom() {
    return nameFrom;
  }

  /// Where the name ends; where it begins if there is none.
  public int nameTo() {
    return nameTo;
  }
}
