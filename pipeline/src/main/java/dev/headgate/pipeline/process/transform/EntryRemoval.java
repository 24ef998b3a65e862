package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.process.CachedPattern;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Removes entries by their keys: `delete_key`, `delete_matching_keys`, `keep_keys`,
/// `keep_matching_keys` and `limit`.
final class EntryRemoval implements MapEdit {
  private final KeyTest keeps;
  private final long limit;

  /// Says whether a key is kept.
  private interface KeyTest {
    boolean test(byte[] bytes, int from, int to);
  }

  private EntryRemoval(KeyTest keeps, long limit) {
    this.keeps = keeps;
    this.limit = limit;
  }

  /// Removes what has a key.
  static EntryRemoval ofKey(byte[] key) {
    return new EntryRemoval((bytes, from, to) -> !Utf8.equals(bytes, from, to, key), 0);
  }

  /// Removes what has a key that the pattern matches, or all else.
  static EntryRemoval ofPattern(CachedPattern pattern, boolean keep) {
    return new EntryRemoval((bytes, from, to) -> pattern.find(bytes, from, to) == keep, 0);
  }

  /// Removes what has none of some keys.
  static EntryRemoval ofAllBut(List<byte[]> keys) {
    return new EntryRemoval(isOneOf(keys), 0);
  }

  /// Removes what is too much: of more entries than the limit, those with the keys and the first of
  /// the others stay.
  static EntryRemoval toLimit(long limit, List<byte[]> keys) {
    return new EntryRemoval(isOneOf(keys), limit);
  }

  private static KeyTest isOneOf(List<byte[]> keys) {
    if (keys.size() > 8) {
      Set<String> texts = new HashSet<>();
      keys.forEach(key -> texts.add(Utf8.text(key, 0, key.length)));
      return (bytes, from, to) -> texts.contains(Utf8.text(bytes, from, to));
    }
    List<byte[]> copies = new ArrayList<>(keys);
    return (bytes, from, to) -> {
      for (int i = 0; i < copies.size(); i++) {
        if (Utf8.equals(bytes, from, to, copies.get(i))) {
          return true;
        }
      }
      return false;
    };
  }

  @Override
  public void apply(byte[] bytes, int from, int to, int field, WireEditor editor) {
    long room = limit == 0 ? 0 : roomForOthers(bytes, from, to, field);
    KeyValueCursor entry = new KeyValueCursor();
    int wanted = WireType.tag(field, WireType.LENGTH_DELIMITED);
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == wanted) {
        entry.read(bytes, WireScan.varintEnd(bytes, length), end);
        if (!keeps.test(bytes, entry.keyFrom(), entry.keyTo()) && room-- <= 0) {
          editor.delete(at, end);
        }
      }
      at = end;
    }
  }

  /* How many entries without one of the keys may stay. */
  private long roomForOthers(byte[] bytes, int from, int to, int field) {
    KeyValueCursor entry = new KeyValueCursor();
    int wanted = WireType.tag(field, WireType.LENGTH_DELIMITED);
    int entries = 0;
    int kept = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == wanted) {
        entries++;
        entry.read(bytes, WireScan.varintEnd(bytes, length), end);
        kept += keeps.test(bytes, entry.keyFrom(), entry.keyTo()) ? 1 : 0;
      }
      at = end;
    }
    return entries <= limit ? entries : limit - kept;
  }
}
