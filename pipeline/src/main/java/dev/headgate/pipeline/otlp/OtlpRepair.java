package dev.headgate.pipeline.otlp;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;

/// Removes what no backend can take from a request that is canonical otherwise; see [OtlpChecker].
///
/// **Threading:** confined to one thread; reusable.
final class OtlpRepair {
  private static final byte[] EMPTY = {};
  private static final int OBSERVED_TIME = 11;

  private final WireEditor editor = new WireEditor();
  private byte[] buffer = EMPTY;
  private long arrivalUnixNanos;
  private int rejectedItems;
  private int droppedAttributes;
  private int repairedTimes;

  /// Edits a request.
  ///
  /// @param items the items in `bytes`
  CheckedRequest repair(
      Signal signal, Bytes bytes, int items, long arrivalUnixNanos, boolean canonicalized) {
    this.buffer = bytes.array();
    this.arrivalUnixNanos = arrivalUnixNanos;
    rejectedItems = 0;
    droppedAttributes = 0;
    repairedTimes = 0;
    editor.reset(bytes);
    walk(OtlpMessage.request(signal), 0, bytes.length());
    Bytes edited = editor.finish();
    buffer = EMPTY;
    return new CheckedRequest(
        edited == null ? bytes : edited,
        items - rejectedItems,
        rejectedItems,
        rejectedItems == 0 ? "" : rejection(signal, rejectedItems),
        droppedAttributes,
        repairedTimes,
        canonicalized);
  }

  private static String rejection(Signal signal, int count) {
    String what =
        switch (signal) {
          case TRACES -> count == 1 ? "span" : "spans";
          case LOGS -> count == 1 ? "log record" : "log records";
          case METRICS -> count == 1 ? "data point" : "data points";
        };
    return count + " " + what + " with an invalid trace or span id";
  }

  /// Walks the message in `[from, to)`, which the editor has entered.
  ///
  /// @return whether it lost its last items and has to go too
  private boolean walk(OtlpMessage message, int from, int to) {
    int kept = 0;
    int removed = 0;
    boolean needsTime = message == OtlpMessage.LOG_RECORD && !hasTime(from, to);
    int at = from;
    while (at < to) {
      int tagStart = at;
      int tag = (int) WireScan.varint(buffer, at);
      int value = WireScan.varintEnd(buffer, at);
      at = WireScan.skip(buffer, tag, value);
      OtlpField field = message.field(WireType.field(tag));
      if (field == null) {
        continue;
      }
      if (message == OtlpMessage.EXEMPLAR && hasWrongLength(field, value, at)) {
        editor.delete(tagStart, at);
      } else if (needsTime && field.number() == OBSERVED_TIME) {
        writeObservedTime(tagStart, at);
        needsTime = false;
      } else if (field.message() != null) {
        boolean gone = child(field.message(), tagStart, value, at);
        if (field.repeated() && field.message() != OtlpMessage.KEY_VALUE) {
          removed += gone ? 1 : 0;
          kept += gone ? 0 : 1;
        }
      }
    }
    if (needsTime) {
      writeObservedTime(to, to);
    }
    return removed > 0 && kept == 0 && isEnvelope(message);
  }

  /// Walks or removes one child message.
  ///
  /// @return whether it was removed
  private boolean child(OtlpMessage message, int tagStart, int lengthStart, int end) {
    int from = WireScan.varintEnd(buffer, lengthStart);
    if (message == OtlpMessage.KEY_VALUE && hasEmptyKey(from, end)) {
      editor.delete(tagStart, end);
      droppedAttributes++;
      return true;
    }
    if (isRejected(message, from, end)) {
      editor.delete(tagStart, end);
      rejectedItems++;
      return true;
    }
    editor.enter(tagStart, lengthStart, from, end);
    boolean empty = walk(message, from, end);
    if (empty) {
      editor.leaveAndDelete();
      return true;
    }
    editor.leave();
    return false;
  }

  private boolean hasEmptyKey(int from, int to) {
    // The key comes first unless unknown fields precede it.
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(buffer, at);
      int value = WireScan.varintEnd(buffer, at);
      if (WireType.field(tag) == 1) {
        return WireScan.varint(buffer, value) == 0;
      }
      at = WireScan.skip(buffer, tag, value);
    }
    return true;
  }

  private boolean isRejected(OtlpMessage message, int from, int to) {
    boolean span = message == OtlpMessage.SPAN;
    if (!span && message != OtlpMessage.LOG_RECORD && message != OtlpMessage.LINK) {
      return false;
    }
    boolean traceId = false;
    boolean spanId = false;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(buffer, at);
      int value = WireScan.varintEnd(buffer, at);
      at = WireScan.skip(buffer, tag, value);
      OtlpField field = message.field(WireType.field(tag));
      if (field == null) {
        continue;
      }
      if (hasWrongLength(field, value, at)) {
        return true;
      }
      if (span && field.number() == 1) {
        traceId = isNotZero(value, at);
      } else if (span && field.number() == 2) {
        spanId = isNotZero(value, at);
      } else if (field.message() == OtlpMessage.LINK
          && isRejected(OtlpMessage.LINK, WireScan.varintEnd(buffer, value), at)) {
        return true;
      }
    }
    return span && !(traceId && spanId);
  }

  private boolean hasWrongLength(OtlpField field, int lengthStart, int end) {
    if (field.kind() != OtlpField.Kind.TRACE_ID && field.kind() != OtlpField.Kind.SPAN_ID) {
      return false;
    }
    int length = end - WireScan.varintEnd(buffer, lengthStart);
    return length != 0 && length != (field.kind() == OtlpField.Kind.TRACE_ID ? 16 : 8);
  }

  private boolean isNotZero(int lengthStart, int end) {
    for (int i = WireScan.varintEnd(buffer, lengthStart); i < end; i++) {
      if (buffer[i] != 0) {
        return true;
      }
    }
    return false;
  }

  private boolean hasTime(int from, int to) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(buffer, at);
      int value = WireScan.varintEnd(buffer, at);
      at = WireScan.skip(buffer, tag, value);
      int number = WireType.field(tag);
      if (number == 1 || number == OBSERVED_TIME) {
        for (int i = value; i < at; i++) {
          if (buffer[i] != 0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private void writeObservedTime(int from, int to) {
    WireWriter out = editor.edit(from, to);
    out.writeTag(OBSERVED_TIME, WireType.FIXED64);
    out.writeFixed64(arrivalUnixNanos);
    repairedTimes++;
  }

  private static boolean isEnvelope(OtlpMessage message) {
    return message == OtlpMessage.SCOPE_SPANS
        || message == OtlpMessage.SCOPE_LOGS
        || message == OtlpMessage.RESOURCE_SPANS
        || message == OtlpMessage.RESOURCE_LOGS;
  }
}
