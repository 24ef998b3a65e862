package dev.headgate.pipeline.process.redaction;

import dev.headgate.config.RedactionConfig;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What happened to the attributes of one message and to a log's body, as the attributes that say
/// so: the Collector's `redaction.*`, names, order and separators included. Reusable.
///
/// **Threading:** confined to one thread.
final class Summary {
  /// The key is not allowed: the attribute was removed.
  static final int REDACTED = 0;

  /// The value was masked, in whole or in part.
  static final int MASKED = 1;

  /// The value is allowed.
  static final int ALLOWED = 2;

  /// The key is ignored.
  static final int IGNORED = 3;

  /// Added to the kinds above for what happened inside a log's body.
  static final int BODY = 4;

  private static final int KINDS = 8;

  // Of the keys of a message no more is listed than this, nor than twice its size: paths in a body
  // repeat the keys around them. Counts are exact.
  private static final int MAX_LISTED_BYTES = 1 << 16;
  private static final int FREE_LISTED_BYTES = 256;
  private static final String MORE = "...";
  private static final byte[] PREFIX = Utf8.bytes("redaction.");
  private static final byte[][] COUNT_KEYS = {
    Utf8.bytes("redaction.redacted.count"),
    Utf8.bytes("redaction.masked.count"),
    Utf8.bytes("redaction.allowed.count"),
    Utf8.bytes("redaction.ignored.count"),
    Utf8.bytes("redaction.body.redacted.count"),
    Utf8.bytes("redaction.body.masked.count"),
    Utf8.bytes("redaction.body.allowed.count"),
    Utf8.bytes("redaction.body.ignored.count")
  };
  // Ignored keys are counted but never listed.
  private static final byte[][] LIST_KEYS = {
    Utf8.bytes("redaction.redacted.keys"),
    Utf8.bytes("redaction.masked.keys"),
    Utf8.bytes("redaction.allowed.keys"),
    {},
    Utf8.bytes("redaction.body.redacted.keys"),
    Utf8.bytes("redaction.body.masked.keys"),
    Utf8.bytes("redaction.body.allowed.keys"),
    {}
  };

  private final boolean lists;
  private final int[] counts = new int[KINDS];
  private final List<List<String>> keys = new ArrayList<>();
  private final boolean[] countWritten = new boolean[KINDS];
  private final boolean[] listWritten = new boolean[KINDS];
  private final boolean[] more = new boolean[KINDS];
  private int listRoom;
  private boolean open;
  private boolean any;

  Summary(RedactionConfig.Summary level) {
    this.lists = level == RedactionConfig.Summary.DEBUG;
    for (int kind = 0; kind < KINDS; kind++) {
      keys.add(new ArrayList<>());
    }
  }

  /// Begins the summary of another message.
  ///
  /// @param bytes the size of the message
  void begin(int bytes) {
    open = true;
    listRoom = (int) Math.min(MAX_LISTED_BYTES, 2L * bytes + FREE_LISTED_BYTES);
    if (any) {
      any = false;
      Arrays.fill(counts, 0);
      Arrays.fill(countWritten, false);
      Arrays.fill(listWritten, false);
      Arrays.fill(more, false);
      keys.forEach(List::clear);
    }
  }

  /// Takes no more: everything was told beforehand, or nothing is to be told.
  void close() {
    open = false;
  }

  /// Whether something may still be added.
  boolean isOpen() {
    return open;
  }

  /// Adds the attribute with the key in `buffer[from, to)`.
  void add(int kind, byte[] buffer, int from, int to) {
    if (open) {
      any = true;
      counts[kind]++;
      if (lists && kind != IGNORED && hasRoom(kind, to - from)) {
        keys.get(kind).add(Utf8.text(buffer, from, to));
      }
    }
  }

  /// Adds a place in a log's body.
  void addInBody(int kind, byte[] buffer, BodyPath path) {
    if (open) {
      any = true;
      counts[BODY + kind]++;
      if (lists && kind != IGNORED && hasRoom(BODY + kind, path.bytes())) {
        keys.get(BODY + kind).add(path.text(buffer));
      }
    }
  }

  private boolean hasRoom(int kind, int bytes) {
    boolean fits = bytes < listRoom;
    if (fits) {
      listRoom -= bytes + 1;
    } else {
      more[kind] = true;
    }
    return fits;
  }

  /// Whether a key may be one of a summary.
  static boolean mayBeKey(byte[] buffer, int from, int to) {
    return to - from > PREFIX.length
        && Arrays.equals(buffer, from, from + PREFIX.length, PREFIX, 0, PREFIX.length);
  }

  /// Which attribute of the summary the key in `buffer[from, to)` is, when it is one that is still
  /// to be written, or -1.
  int due(byte[] buffer, int from, int to) {
    for (int kind = 0; kind < KINDS; kind++) {
      if (counts[kind] > 0) {
        if (!countWritten[kind] && Utf8.equals(buffer, from, to, COUNT_KEYS[kind])) {
          return kind;
        }
        if (listed(kind) && !listWritten[kind] && Utf8.equals(buffer, from, to, LIST_KEYS[kind])) {
          return KINDS + kind;
        }
      }
    }
    return -1;
  }

  private boolean listed(int kind) {
    return lists && LIST_KEYS[kind].length > 0;
  }

  /// Writes the KeyValue of an attribute that is [#due], its length in front, joined with what an
  /// earlier redaction has said there.
  ///
  /// @param earlier the body of an AnyValue
  void writeJoined(int due, byte[] earlier, WireWriter out) {
    AnyValueCursor value = new AnyValueCursor();
    value.read(earlier, 0, earlier.length);
    if (due < KINDS) {
      writeCount(due, value.kind() == AnyValueCursor.Kind.INT ? value.intValue() : 0, out);
    } else {
      boolean text = value.kind() == AnyValueCursor.Kind.STRING;
      writeList(due - KINDS, text ? Utf8.text(earlier, value.from(), value.to()) : "", out);
    }
  }

  /// Appends the attributes that were not joined with earlier ones.
  ///
  /// @param field the number of the attributes field
  void writeRest(int field, WireWriter out) {
    for (int kind = 0; kind < KINDS; kind++) {
      if (counts[kind] > 0) {
        if (listed(kind) && !listWritten[kind]) {
          out.writeTag(field, 2);
          writeList(kind, "", out);
        }
        if (!countWritten[kind]) {
          out.writeTag(field, 2);
          writeCount(kind, 0, out);
        }
      }
    }
  }

  /// Whether [#writeRest] would write something.
  boolean hasRest() {
    if (any) {
      for (int kind = 0; kind < KINDS; kind++) {
        if (counts[kind] > 0 && (!countWritten[kind] || (listed(kind) && !listWritten[kind]))) {
          return true;
        }
      }
    }
    return false;
  }

  private void writeCount(int kind, long earlier, WireWriter out) {
    countWritten[kind] = true;
    int mark = out.beginLength();
    out.writeBytesField(1, COUNT_KEYS[kind], 0, COUNT_KEYS[kind].length);
    out.writeTag(2, 2);
    int value = out.beginLength();
    out.writeTag(3, 0);
    out.writeVarint(counts[kind] + earlier);
    out.endLength(value);
    out.endLength(mark);
  }

  private void writeList(int kind, String earlier, WireWriter out) {
    listWritten[kind] = true;
    List<String> sorted = new ArrayList<>(keys.get(kind));
    boolean tooLong = earlier.length() > MAX_LISTED_BYTES;
    if (!earlier.isEmpty() && !tooLong) {
      sorted.addAll(Arrays.asList(earlier.split(",", -1)));
    }
    // By their bytes, as Go compares.
    sorted.sort((a, b) ->
        Arrays.compareUnsigned(
            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
    if (tooLong) {
      sorted.addFirst(earlier);
    }
    if (more[kind]) {
      sorted.add(MORE);
    }
    byte[] joined = Utf8.bytes(String.join(",", sorted));
    int mark = out.beginLength();
    out.writeBytesField(1, LIST_KEYS[kind], 0, LIST_KEYS[kind].length);
    byte[] value = Masking.valueField(Masking.stringValue(joined));
    out.writeRaw(value, 0, value.length);
    out.endLength(mark);
  }
}
