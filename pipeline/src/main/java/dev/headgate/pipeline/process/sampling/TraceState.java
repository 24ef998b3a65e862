package dev.headgate.pipeline.process.sampling;

import dev.headgate.pipeline.wire.WireWriter;

/// One W3C tracestate, read into offsets: the sampling values of its `ot` member and the runs of
/// bytes that are passed on as they are. Reusable; allocates nothing.
///
/// Reads what the Collector's sampler reads, and besides the keys of Trace Context level 2 and 32
/// members instead of 31: nobody's spans shall be lost for a legal tracestate.
///
/// **Threading:** confined to one thread.
final class TraceState {
  private static final int MAX_BYTES = 1024;
  private static final int MAX_MEMBERS = 32;
  private static final int MAX_KEY_BYTES = 256;
  private static final int MAX_VALUE_BYTES = 256;

  private final int[] foreign = new int[2 * MAX_MEMBERS];
  private final int[] extras = new int[MAX_VALUE_BYTES];
  private static final byte[] EMPTY = {};

  private byte[] bytes = EMPTY;
  private int foreignCount;
  private int extrasCount;
  private int rvFrom;
  private int rvTo;
  private int thFrom;
  private int thTo;
  private long randomness;
  private long threshold;

  /// Lets go of the bytes read last.
  void clear() {
    bytes = EMPTY;
  }

  /// Reads `bytes[from, to)`.
  ///
  /// @return whether it is well-formed
  boolean read(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    foreignCount = 0;
    forgetOt();
    if (to - from > MAX_BYTES) {
      return false;
    }
    int at = from;
    for (int members = 0; at < to; members++) {
      if (members == MAX_MEMBERS) {
        return false;
      }
      int comma = indexOf(bytes, at, to, ',');
      if (!readMember(skipSpace(at, comma), comma)) {
        return false;
      }
      at = comma + 1;
    }
    return true;
  }

  private boolean readMember(int from, int comma) {
    int to = comma;
    while (to > from && isSpace(bytes[to - 1])) {
      to--;
    }
    if (from == to) {
      return true;
    }
    int equals = indexOf(bytes, from, to, '=');
    if (equals == to || !isKey(from, equals) || !isValue(equals + 1, to)) {
      return false;
    }
    if (equals - from == 2 && bytes[from] == 'o' && bytes[from + 1] == 't') {
      forgetOt();
      return readOt(equals + 1, to);
    }
    foreign[2 * foreignCount] = from;
    foreign[2 * foreignCount + 1] = to;
    foreignCount++;
    return true;
  }

  private void forgetOt() {
    extrasCount = 0;
    randomness = -1;
    threshold = -1;
  }

  /* list = key ":" value *( ";" key ":" value ); an empty list or entry is malformed. */
  private boolean readOt(int from, int to) {
    int at = from;
    while (at <= to) {
      int end = indexOf(bytes, at, to, ';');
      int colon = indexOf(bytes, at, end, ':');
      if (colon == end || !isOtKey(at, colon) || !isOtValue(colon + 1, end)) {
        return false;
      }
      if (!readOtEntry(at, colon, end)) {
        return false;
      }
      at = end + 1;
    }
    return true;
  }

  private boolean readOtEntry(int from, int colon, int end) {
    if (isOtKey(from, colon, 'r', 'v')) {
      rvFrom = colon + 1;
      rvTo = end;
      randomness = Thresholds.parseRandomness(bytes, rvFrom, rvTo);
      return randomness >= 0;
    }
    if (isOtKey(from, colon, 't', 'h')) {
      thFrom = colon + 1;
      thTo = end;
      threshold = Thresholds.parseThreshold(bytes, thFrom, thTo);
      return threshold >= 0;
    }
    // An entry takes two bytes or more of the 256, so that the offsets fit.
    extras[2 * extrasCount] = from;
    extras[2 * extrasCount + 1] = end;
    extrasCount++;
    return true;
  }

  /// The randomness of `rv`, or -1 without one.
  long randomness() {
    return randomness;
  }

  /// The threshold of `th`, or -1 without one.
  long threshold() {
    return threshold;
  }

  /// Appends the tracestate with other sampling values: `ot` first, in it `rv`, `th`, then the
  /// rest. A value that is not new is written as it came, one that is absent not at all.
  ///
  /// @param newRandomness what to write for `rv`, or -1
  /// @param newThreshold what to write for `th`, or -1
  void write(WireWriter out, long newRandomness, long newThreshold) {
    int start = out.size();
    if (newRandomness >= 0) {
      otEntry(out, start, 'r', 'v');
      Thresholds.writeRandomness(out, newRandomness);
    } else if (randomness >= 0) {
      otEntry(out, start, 'r', 'v');
      out.writeRaw(bytes, rvFrom, rvTo);
    }
    if (newThreshold >= 0) {
      otEntry(out, start, 't', 'h');
      Thresholds.writeThreshold(out, newThreshold);
    } else if (threshold >= 0) {
      otEntry(out, start, 't', 'h');
      out.writeRaw(bytes, thFrom, thTo);
    }
    for (int i = 0; i < extrasCount; i++) {
      otSeparator(out, start);
      out.writeRaw(bytes, extras[2 * i], extras[2 * i + 1]);
    }
    for (int i = 0; i < foreignCount; i++) {
      if (out.size() > start) {
        out.writeByte(',');
      }
      out.writeRaw(bytes, foreign[2 * i], foreign[2 * i + 1]);
    }
  }

  private static void otEntry(WireWriter out, int start, char first, char second) {
    otSeparator(out, start);
    out.writeByte(first);
    out.writeByte(second);
    out.writeByte(':');
  }

  private static void otSeparator(WireWriter out, int start) {
    if (out.size() > start) {
      out.writeByte(';');
      return;
    }
    out.writeByte('o');
    out.writeByte('t');
    out.writeByte('=');
  }

  private int skipSpace(int from, int to) {
    int at = from;
    while (at < to && isSpace(bytes[at])) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  /* Trace Context level 2, section 3.3.1.3.1. */
  private boolean isKey(int from, int to) {
    if (to == from || to - from > MAX_KEY_BYTES || !isLowerAlphanumeric(bytes[from])) {
      return false;
    }
    for (int i = from + 1; i < to; i++) {
      byte b = bytes[i];
      boolean punctuation = b == '_' || b == '-' || b == '*' || b == '/' || b == '@';
      if (!punctuation && !isLowerAlphanumeric(b)) {
        return false;
      }
    }
    return true;
  }

  private boolean isValue(int from, int to) {
    if (to == from || to - from > MAX_VALUE_BYTES) {
      return false;
    }
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b < 0x20 || b > 0x7e || b == '=') {
        return false;
      }
    }
    return true;
  }

  private boolean isOtKey(int from, int to) {
    if (to == from || bytes[from] < 'a' || bytes[from] > 'z') {
      return false;
    }
    for (int i = from + 1; i < to; i++) {
      if (!isLowerAlphanumeric(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  private boolean isOtKey(int from, int to, char first, char second) {
    return to - from == 2 && bytes[from] == first && bytes[from + 1] == second;
  }

  private boolean isOtValue(int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      boolean upper = b >= 'A' && b <= 'Z';
      if (!upper && !isLowerAlphanumeric(b) && b != '.' && b != '_' && b != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLowerAlphanumeric(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9');
  }

  private static int indexOf(byte[] bytes, int from, int to, char wanted) {
    int at = from;
    while (at < to && bytes[at] != wanted) {
      at++;
    }
    return at;
  }
}
