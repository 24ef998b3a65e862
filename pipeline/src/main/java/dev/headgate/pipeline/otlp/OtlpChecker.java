package dev.headgate.pipeline.otlp;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Proves the shape of a request, counts its items and mends what can be mended, so that every
/// later walk may rely on the result and no rule can be bypassed by spelling.
///
/// ## The shape that [CheckedRequest#bytes] has
///
/// - Lengths nest; varints are whole and hold 64 bits at most; tags are spelt in as few bytes as
///   they need and name a field from 1 to 2^29-1; there are no groups.
/// - A known field has the wire type of the schema. A repeated scalar may be packed, unpacked or
///   both.
/// - In every message a singular field occurs at most once, and of the members of a oneof at most
///   one.
/// - 32-bit integers, enums and booleans hold a value of their type.
/// - In a KeyValue the key precedes the value and is not empty; the resource precedes its scopes;
///   the scope precedes its items; the name of a metric precedes its data. No other order is
///   promised: one must scan a whole span, log record or point before deciding on it.
/// - Strings are UTF-8. At most [#MAX_VALUE_DEPTH] arrays and maps are nested around a value.
/// - Every span has a trace id of 16 and a span id of 8 bytes that are not all zero. All other ids
///   are empty or have their length.
/// - Every log record has a time or an observed time.
///
/// Lengths and scalar values may be padded varints. Unknown fields of the four plain wire types are
/// kept byte for byte (their strings are not looked at).
///
/// ## What becomes of a request that has another shape
///
/// - Broken bytes, groups, a known field of another wire type (which Tempo and Loki refuse too),
///   values nested too deep and strings that are not UTF-8 are malformed.
/// - Other spellings are rewritten as protobuf defines their meaning: the last occurrence of a
///   singular scalar counts, singular messages merge, the last member of a oneof counts.
/// - A span without valid ids, or whose parent or links have an id of the wrong length, and a log
///   record with an id of the wrong length are removed and counted as rejected, because backends
///   refuse the whole request for one of them. So are the scopes and resources left empty by that.
///   Of an exemplar only the id of the wrong length is removed.
/// - A KeyValue with an empty key is removed wherever it stands, and counted.
/// - A log record with neither time gets the time of arrival as its observed time.
///
/// **Threading:** confined to one thread; reusable.
public final class OtlpChecker {
  /// The most arrays and maps that may be nested around one value: the deepest that the default
  /// limits of every protobuf parser can read back in every position.
  public static final int MAX_VALUE_DEPTH = 30;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final byte[] EMPTY = {};
  private static final int STRING_TAG = 1 << 3 | WireType.LENGTH_DELIMITED;
  private static final int DOUBLE_TAG = 4 << 3 | WireType.FIXED64;
  private static final int INT_TAG = 3 << 3 | WireType.VARINT;
  private static final int VALUE_TAG = 2 << 3 | WireType.LENGTH_DELIMITED;

  private static final CheckPlan SPAN = CheckPlan.of(OtlpMessage.SPAN);
  private static final CheckPlan KEY_VALUE = CheckPlan.of(OtlpMessage.KEY_VALUE);
  private static final CheckPlan ANY_VALUE = CheckPlan.of(OtlpMessage.ANY_VALUE);

  private final OtlpRepair repair = new OtlpRepair();
  private final SpanHead spanHead = new SpanHead();
  private byte[] buffer = EMPTY;
  private int items;
  private boolean rewrite;
  private boolean mend;
  // Where the varint ends that readVarint read last.
  private int next;

  /// Checks one request.
  ///
  /// @param bytes the request; not written to
  /// @param arrivalUnixNanos when it arrived, for log records without a time
  /// @return the request in the shape described above, with the identical bytes when it had it
  /// @throws MalformedInputException when the bytes are no such request
  public CheckedRequest check(Signal signal, Bytes bytes, long arrivalUnixNanos) {
    OtlpMessage request = OtlpMessage.request(signal);
    Bytes checked = bytes;
    try {
      prove(request, bytes);
      boolean rewritten = rewrite;
      if (rewritten) {
        checked = OtlpCanonicalizer.rewrite(request, bytes);
        prove(request, checked);
        if (rewrite) {
          throw new MalformedInputException(0, "encoding that has no canonical form");
        }
      }
      return mend
          ? repair.repair(signal, checked, items, arrivalUnixNanos, rewritten)
          : new CheckedRequest(checked, items, 0, "", 0, 0, rewritten);
    } finally {
      buffer = EMPTY;
    }
  }

  private void prove(OtlpMessage request, Bytes bytes) {
    buffer = bytes.array();
    items = 0;
    rewrite = false;
    mend = false;
    message(CheckPlan.of(request), 0, bytes.length(), 0);
  }

  /// Checks the message in `[from, end)`, which lies inside the array. One loop for every message:
  /// splitting it by message would cost the inlining that makes it fast. Only the first fields of a
  /// span are read before it.
  private void message(CheckPlan plan, int from, int end, int depth) {
    byte[] bytes = buffer;
    long[] codes = plan.codes;
    int seen = 0;
    int at = from;
    if (plan == SPAN) {
      at = spanHead.read(bytes, from, end);
      seen = spanHead.fields() == 0 ? 0 : provenHead();
    }
    while (at < end) {
      int tag = bytes[at];
      if (tag >= 8) {
        at++;
      } else {
        tag = longTag(at, end);
        at = next;
      }
      long code = codes[Math.min(tag >>> 3, CheckPlan.FIELDS - 1)];
      int wireType = tag & 7;
      if (wireType != ((int) code & 7) || code == 0) {
        at = otherField(code, wireType, at, end);
        continue;
      }
      if ((seen & (int) (code >>> 32)) != 0) {
        rewrite = true;
      }
      seen |= 1 << (tag >>> 3);

      switch (wireType) {
        case WireType.LENGTH_DELIMITED -> {
          if (action(code) == CheckPlan.KEY_VALUE) {
            at = keyValues(tag, at, end, depth); // most fields there are
            continue;
          }
          int length = at < end ? bytes[at] : -1;
          if (length >= 0) {
            at++;
          } else {
            length = longLength(at, end);
            at = next;
          }
          if (length > end - at) {
            throw malformed(at, "length beyond the end");
          }
          seen |= delimited(code, at, at + length, depth);
          at += length;
        }
        case WireType.FIXED64 -> {
          if (end - at < 8) {
            throw malformed(at, "truncated field");
          }
          if (action(code) == CheckPlan.TIME && (long) LONG.get(bytes, at) != 0) {
            seen |= CheckPlan.HAS_TIME;
          }
          at += 8;
        }
        case WireType.FIXED32 -> {
          if (end - at < 4) {
            throw malformed(at, "truncated field");
          }
          at += 4;
        }
        default -> {
          long value = readVarint(at, end);
          at = next;
          if (!inRange(action(code), value)) {
            rewrite = true;
          }
        }
      }
    }
    items += plan.item;
    if ((plan.required & ~seen) != 0) {
      mend = true;
    }
  }

  /// Checks what is left to check of the first fields of a span, which [#spanHead] has read.
  ///
  /// @return what the span is now seen to have
  private int provenHead() {
    SpanHead head = spanHead;
    utf8(head.stateFrom(), head.stateTo());
    utf8(head.nameFrom(), head.nameTo());
    return head.fields() | traceId(head.traceIdFrom()) | spanId(head.spanIdFrom());
  }

  /// Whether the trace id that begins here is not all zero; its 16 bytes are inside the message.
  private int traceId(int from) {
    return ((long) LONG.get(buffer, from) | (long) LONG.get(buffer, from + 8)) != 0
        ? CheckPlan.HAS_TRACE_ID
        : 0;
  }

  /// Whether the span id that begins here is not all zero; its 8 bytes are inside the message.
  private int spanId(int from) {
    return (long) LONG.get(buffer, from) != 0 ? CheckPlan.HAS_SPAN_ID : 0;
  }

  /// Checks the payload of a length-delimited field.
  ///
  /// @return what its message is now seen to have
  private int delimited(long code, int from, int to, int depth) {
    switch (action(code)) {
      case CheckPlan.ANY_VALUE -> anyValue(from, to, depth);
      case CheckPlan.MESSAGE -> message(CheckPlan.child(code), from, to, depth);
      case CheckPlan.CONTAINER -> {
        if (depth >= MAX_VALUE_DEPTH) {
          throw malformed(from, "values nested deeper than " + MAX_VALUE_DEPTH + " levels");
        }
        message(CheckPlan.child(code), from, to, depth + 1);
      }
      case CheckPlan.STRING -> utf8(from, to);
      case CheckPlan.NONEMPTY_STRING -> {
        utf8(from, to);
        return to > from ? CheckPlan.HAS_KEY : 0;
      }
      case CheckPlan.REQUIRED_TRACE_ID -> {
        return to - from == 16 ? traceId(from) : 0;
      }
      case CheckPlan.REQUIRED_SPAN_ID -> {
        return to - from == 8 ? spanId(from) : 0;
      }
      case CheckPlan.OPTIONAL_TRACE_ID -> mend |= to != from && to - from != 16;
      case CheckPlan.OPTIONAL_SPAN_ID -> mend |= to != from && to - from != 8;
      case CheckPlan.PACKED_VARINT -> packedVarints(from, to);
      case CheckPlan.PACKED_FIXED -> {
        if ((to - from & 7) != 0) {
          throw malformed(from, "packed values of a broken length");
        }
      }
      default -> {}
    }
    return 0;
  }

  /// Checks the KeyValues that follow one another, as attributes do.
  ///
  /// Nearly all are spelt in one way: a key, a value, in it a short text or a small number. Of
  /// those only the structure is looked at one by one. As their tags and lengths are ASCII too,
  /// whether their texts are is found out for the whole row at once.
  ///
  /// @param tag their field's tag
  /// @param from behind the first one's tag
  /// @return behind the last one
  private int keyValues(int tag, int from, int end, int depth) {
    byte[] bytes = buffer;
    int rowFrom = from;
    int at = from;
    do {
      int to = plainKeyValueEnd(bytes, at, end);
      if (to < 0) {
        texts(rowFrom, at);
        to = keyValue(at, end, depth);
        rowFrom = to + 1;
      }
      at = to + 1;
    } while (at <= end && bytes[at - 1] == tag);
    texts(rowFrom, at - 1);
    return at - 1;
  }

  /// The end of a KeyValue in the usual spelling, of which only the texts are left to check; -1 for
  /// all others.
  ///
  /// @param at where its length begins
  private static int plainKeyValueEnd(byte[] bytes, int at, int end) {
    if (end - at < 7) { // a length, a key of one byte and a value of two
      return -1;
    }
    int to = at + 1 + bytes[at];
    int value = at + 3 + bytes[at + 2]; // behind the key
    if (bytes[at + 1] != STRING_TAG || value <= at + 3 || to > end || to - value < 4) {
      return -1;
    }
    boolean wraps = bytes[value] == VALUE_TAG && bytes[value + 1] == to - value - 2;
    int kind = bytes[value + 2];
    boolean text = kind == STRING_TAG && bytes[value + 3] == to - value - 4;
    boolean number = kind == INT_TAG && bytes[value + 3] >= 0 && to - value == 4;
    return wraps && (text || number) ? to : -1;
  }

  /// Checks the texts of KeyValues that are in the usual spelling.
  ///
  /// @param from where the length of the first one begins
  private void texts(int from, int to) {
    if (Utf8.isAscii(buffer, from, to)) {
      return;
    }
    for (int at = from; at < to; ) {
      int key = at + 3;
      int value = key + buffer[at + 2];
      int next = at + 1 + buffer[at];
      utf8(key, value);
      if (buffer[value + 2] == STRING_TAG) {
        utf8(value + 4, next);
      }
      at = next + 1;
    }
  }

  /// Checks one KeyValue whose length begins here, and returns its end; a short key and then the
  /// value without the tables.
  private int keyValue(int at, int end, int depth) {
    byte[] bytes = buffer;
    int length = longLength(at, end);
    int from = next;
    if (length > end - from) {
      throw malformed(from, "length beyond the end");
    }
    int to = from + length;
    if (length > 4 && bytes[from] == STRING_TAG && bytes[from + 1] > 0) {
      int value = from + 2 + bytes[from + 1];
      if (value < to && bytes[value] == VALUE_TAG) {
        int valueLength = longLength(value + 1, to);
        if (valueLength == to - next) {
          utf8(from + 2, value);
          anyValue(next, to, depth);
          return to;
        }
      }
    }
    message(KEY_VALUE, from, to, depth);
    return to;
  }

  /// Checks an AnyValue; texts and numbers without the tables.
  private void anyValue(int from, int end, int depth) {
    int kind = end > from ? buffer[from] : 0;
    if (kind == STRING_TAG) {
      int length = longLength(from + 1, end);
      if (length == end - next) {
        utf8(next, end);
        return;
      }
    } else if (kind == INT_TAG) {
      readVarint(from + 1, end);
      if (next == end) {
        return;
      }
    } else if (kind == DOUBLE_TAG && end - from == 9) {
      return;
    }
    message(ANY_VALUE, from, end, depth);
  }

  private void utf8(int from, int to) {
    if (!Utf8.isValid(buffer, from, to)) {
      throw malformed(from, "string that is not UTF-8");
    }
  }

  private void packedVarints(int from, int to) {
    int at = from;
    while (at < to) {
      readVarint(at, to);
      at = next;
    }
  }

  /// Steps over a field that the schema does not know, or knows with another wire type.
  private int otherField(long code, int wireType, int at, int end) {
    if (code != 0 && ((code & CheckPlan.UNPACKED_TOO) == 0 || wireType != ((int) code >>> 4 & 7))) {
      throw malformed(at, "known field of another wire type");
    }
    return switch (wireType) {
      case WireType.VARINT -> {
        readVarint(at, end);
        yield next;
      }
      case WireType.FIXED64, WireType.FIXED32 -> {
        int width = wireType == WireType.FIXED64 ? 8 : 4;
        if (end - at < width) {
          throw malformed(at, "truncated field");
        }
        yield at + width;
      }
      case WireType.LENGTH_DELIMITED -> {
        int length = longLength(at, end);
        if (length > end - next) {
          throw malformed(next, "length beyond the end");
        }
        yield next + length;
      }
      case WireType.GROUP_START, WireType.GROUP_END -> throw malformed(at, "group");
      default -> throw malformed(at, "invalid wire type");
    };
  }

  /// Reads a tag of more than one byte, or one that is invalid.
  private int longTag(int at, int end) {
    long tag = readVarint(at, end);
    if (tag >>> 32 != 0) {
      throw malformed(at, "tag over 32 bits");
    }
    if (tag >>> 3 == 0) {
      throw malformed(at, "field number 0");
    }
    // More bytes than the value needs: seven bits fit in each.
    if ((next - at - 1) * 7 >= 64 - Long.numberOfLeadingZeros(tag)) {
      rewrite = true;
    }
    return (int) tag;
  }

  private int longLength(int at, int end) {
    long length = readVarint(at, end);
    if (length >>> 31 != 0) {
      throw malformed(at, "length over 31 bits");
    }
    return (int) length;
  }

  private long readVarint(int at, int end) {
    if (at < end && buffer[at] >= 0) {
      next = at + 1;
      return buffer[at];
    }
    return readLongVarint(at, end);
  }

  private long readLongVarint(int at, int end) {
    byte[] bytes = buffer;
    long value = 0;
    int position = at;
    for (int shift = 0; shift < 70; shift += 7) {
      if (position >= end) {
        throw malformed(position, "truncated varint");
      }
      byte b = bytes[position++];
      if (shift == 63 && b > 1) {
        throw malformed(position, "varint over 64 bits");
      }
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        next = position;
        return value;
      }
    }
    throw malformed(position, "varint over ten bytes");
  }

  private static boolean inRange(int action, long value) {
    return switch (action) {
      case CheckPlan.BOOL -> value >>> 1 == 0;
      case CheckPlan.SIGNED_32 -> (int) value == value;
      case CheckPlan.UNSIGNED_32 -> value >>> 32 == 0;
      default -> true;
    };
  }

  private static int action(long code) {
    return (int) code >>> 8 & 0xff;
  }

  private static MalformedInputException malformed(int at, String reason) {
    return new MalformedInputException(at, reason);
  }
}
