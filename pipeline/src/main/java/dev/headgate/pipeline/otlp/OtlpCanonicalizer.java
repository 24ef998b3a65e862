package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.OtlpField.Kind;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.Arrays;

/// Rewrites a request whose lengths, wire types and depth are proven into canonical form, with the
/// meaning that protobuf gives to repeated singular fields and oneofs. Works on the bytes, because
/// parsing a hostile request into objects takes twenty times its size.
final class OtlpCanonicalizer {
  /*
   * A message whose occurrences must be merged is their bodies one behind the other (protobuf
   * encoding guide, "Last One Wins"): so every message here is a list of segments, of which there is
   * one except after such a merge.
   */
  private final byte[] source;
  private final WireWriter out;

  private OtlpCanonicalizer(Bytes request) {
    this.source = request.array();
    this.out = new WireWriter(request.length() + request.length() / 16 + 64);
  }

  /// The request in canonical form, in an array of its own.
  static Bytes rewrite(OtlpMessage request, Bytes source) {
    OtlpCanonicalizer canonicalizer = new OtlpCanonicalizer(source);
    Segments whole = new Segments();
    whole.add(0, source.length());
    canonicalizer.message(request, whole);
    return Bytes.of(canonicalizer.out.toByteArray());
  }

  private void message(OtlpMessage message, Segments segments) {
    int present = 0;
    boolean unknown = false;
    Cursor cursor = new Cursor(segments);
    int lastMember = 0;
    int memberSince = 0;
    for (int i = 0; cursor.next(); i++) {
      OtlpField field = message.field(cursor.number());
      if (field == null) {
        unknown = true;
        continue;
      }
      present |= 1 << field.number();
      if (field.oneof() && field.number() != lastMember) {
        lastMember = field.number();
        memberSince = i;
      }
    }
    for (OtlpField field : message.fields()) {
      boolean loser = field.oneof() && field.number() != lastMember;
      if (loser || (present & 1 << field.number()) == 0) {
        continue;
      }
      if (field.repeated()) {
        repeated(field, segments);
      } else {
        singular(field, segments, field.oneof() ? memberSince : 0);
      }
    }
    if (unknown) {
      unknown(message, segments);
    }
  }

  private void repeated(OtlpField field, Segments segments) {
    OtlpMessage child = field.message();
    Cursor cursor = new Cursor(segments);
    while (cursor.next()) {
      if (cursor.number() != field.number()) {
        continue;
      }
      if (child == null) {
        copy(cursor);
      } else {
        Segments body = new Segments();
        body.add(cursor.bodyFrom(), cursor.end);
        child(field, child, body);
      }
    }
  }

  private void singular(OtlpField field, Segments segments, int since) {
    OtlpMessage child = field.message();
    Segments bodies = new Segments();
    int lastTag = 0;
    int lastValue = 0;
    int lastEnd = 0;
    Cursor cursor = new Cursor(segments);
    for (int i = 0; cursor.next(); i++) {
      if (i < since || cursor.number() != field.number()) {
        continue;
      }
      if (child == null) {
        lastTag = cursor.tag;
        lastValue = cursor.value;
        lastEnd = cursor.end;
      } else {
        bodies.add(cursor.bodyFrom(), cursor.end);
      }
    }
    if (child != null) {
      child(field, child, bodies);
    } else if (WireType.type(lastTag) == WireType.VARINT) {
      out.writeVarint(lastTag);
      out.writeVarint(inRange(field.kind(), WireScan.varint(source, lastValue)));
    } else {
      out.writeVarint(lastTag);
      out.writeRaw(source, lastValue, lastEnd);
    }
  }

  private void child(OtlpField field, OtlpMessage child, Segments bodies) {
    out.writeTag(field.number(), WireType.LENGTH_DELIMITED);
    int mark = out.beginLength();
    message(child, bodies);
    out.endLength(mark);
  }

  private void unknown(OtlpMessage message, Segments segments) {
    Cursor cursor = new Cursor(segments);
    while (cursor.next()) {
      if (message.field(cursor.number()) == null) {
        copy(cursor);
      }
    }
  }

  private void copy(Cursor cursor) {
    out.writeVarint(Integer.toUnsignedLong(cursor.tag));
    out.writeRaw(source, cursor.value, cursor.end);
  }

  /** What a parser makes of a varint that is too large for its field's type. */
  private static long inRange(Kind kind, long value) {
    return switch (kind) {
      case BOOL -> value == 0 ? 0 : 1;
      case ENUM, INT32 -> (int) value;
      case SINT32, UINT32 -> value & 0xffffffffL;
      case INT64,
          UINT64,
          STRING,
          BYTES,
          TRACE_ID,
          SPAN_ID,
          MESSAGE,
          FIXED32,
          FIXED64,
          SFIXED64,
          DOUBLE ->
          value;
    };
  }

  /// Parts of the source that make up one message.
  private static final class Segments {
    private int[] bounds = new int[2];
    private int size;

    void add(int from, int to) {
      if (size == bounds.length) {
        bounds = Arrays.copyOf(bounds, size * 2);
      }
      bounds[size++] = from;
      bounds[size++] = to;
    }
  }

  /// Steps through the fields of the segments.
  private final class Cursor {
    private final Segments segments;
    private int segment = -2;
    private int limit;
    private int tag;
    private int value;
    private int end;

    Cursor(Segments segments) {
      this.segments = segments;
    }

    boolean next() {
      while (end >= limit) {
        segment += 2;
        if (segment >= segments.size) {
          return false;
        }
        end = segments.bounds[segment];
        limit = segments.bounds[segment + 1];
      }
      tag = (int) WireScan.varint(source, end);
      value = WireScan.varintEnd(source, end);
      end = WireScan.skip(source, tag, value);
      return true;
    }

    int number() {
      return WireType.field(tag);
    }

    int bodyFrom() {
      return WireScan.varintEnd(source, value);
    }
  }
}
