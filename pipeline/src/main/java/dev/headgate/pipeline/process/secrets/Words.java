package dev.headgate.pipeline.process.secrets;

import java.nio.charset.StandardCharsets;

/// A set of words in lower case that is asked with bytes of a text, in either case and without
/// copying them.
///
/// **Threading:** immutable; any thread.
final class Words {
  private final byte[][] table;
  private final int longest;

  /// Creates a set of the words, which are separated by spaces and line ends.
  Words(String words) {
    String[] all = words.strip().split("\\s+", -1);
    table = new byte[Integer.highestOneBit(all.length) * 4][];
    int most = 0;
    for (String word : all) {
      byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
      int slot = hash(bytes, 0, bytes.length) & (table.length - 1);
      while (table[slot] != null) {
        slot = slot + 1 & (table.length - 1);
      }
      table[slot] = bytes;
      most = Math.max(most, bytes.length);
    }
    longest = most;
  }

  /// Whether `text[from, to)` is one of the words.
  boolean contains(byte[] text, int from, int to) {
    if (from >= to || to - from > longest) {
      return false;
    }
    int slot = hash(text, from, to) & (table.length - 1);
    for (byte[] word = table[slot]; word != null; word = table[slot]) {
      if (word.length == to - from && isSame(word, text, from)) {
        return true;
      }
      slot = slot + 1 & (table.length - 1);
    }
    return false;
  }

  private static boolean isSame(byte[] word, byte[] text, int from) {
    for (int i = 0; i < word.length; i++) {
      if (lower(text[from + i]) != word[i]) {
        return false;
      }
    }
    return true;
  }

  private static int hash(byte[] text, int from, int to) {
    int hash = 0;
    for (int at = from; at < to; at++) {
      hash = hash * 31 + lower(text[at]);
    }
    return hash ^ hash >>> 7;
  }

  private static int lower(int c) {
    return Ascii.isUpper(c) ? c | 0x20 : c;
  }
}
