package dev.headgate.pipeline.process.secrets;

import dev.headgate.config.RulePack;
import dev.headgate.pipeline.process.regex.RegexSet;
import dev.headgate.pipeline.wire.Utf8;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rules for texts of a processor: its patterns, in order, and the rule pack behind them, on
/// what the patterns have left. Rules are numbered in this order, the pack's by [SecretPack#names].
///
/// **Threading:** immutable; any thread.
public final class TextRules {
  private static final long MAX_GROWTH = 8;
  private static final long FREE_GROWTH_BYTES = 256;

  private final RegexSet patterns;
  private final @Nullable SecretPack pack;
  private final @Nullable SecretPack packForBytes;
  private final SecretPack.Mask mask;

  private TextRules(RegexSet patterns, boolean secrets, SecretPack.Mask mask) {
    this.patterns = patterns;
    this.pack = secrets ? SecretPack.forTexts() : null;
    this.packForBytes = secrets ? SecretPack.forBytes() : null;
    this.mask = mask;
  }

  /// Joins patterns with rule packs.
  ///
  /// @param mask what replaces a secret of a pack
  public static TextRules of(RegexSet patterns, List<RulePack> packs, SecretPack.Mask mask) {
    return new TextRules(patterns, packs.contains(RulePack.SECRETS), mask);
  }

  /// How many rules there are.
  public int size() {
    return patterns.size() + secretNames().size();
  }

  /// How many of them are patterns; the others are the pack's.
  public int patterns() {
    return patterns.size();
  }

  /// The names of the pack's rules, in the order of their numbers; none without a pack.
  public List<String> secretNames() {
    return pack == null ? List.of() : pack.names();
  }

  /// Applies every rule to the valid UTF-8 `text[from, to)`.
  ///
  /// @param hits told once for every pattern that matched, and for every secret of the pack
  /// @return the new text, or null when it is the same as before
  public byte @Nullable [] rewrite(byte[] text, int from, int to, RegexSet.HitSink hits) {
    byte[] changed = patterns.rewrite(text, from, to, hits);
    if (pack == null) {
      return changed;
    }
    byte[] masked =
        changed == null
            ? masked(pack, text, from, to, hits)
            : masked(pack, changed, 0, changed.length, hits);
    return masked == null ? changed : masked;
  }

  private byte @Nullable [] masked(
      SecretPack secrets, byte[] text, int from, int to, RegexSet.HitSink hits) {
    long maxBytes = (to - from) * MAX_GROWTH + FREE_GROWTH_BYTES;
    int first = patterns.size();
    byte[] masked = secrets.rewrite(text, from, to, mask, n -> hits.hit(first + n), maxBytes);
    return masked == null || Utf8.equals(text, from, to, masked) ? null : masked;
  }

  /// Whether [#rewrite] might do anything with `text[from, to)`; false is certain.
  public boolean mayMatch(byte[] text, int from, int to) {
    return patterns.mayMatch(text, from, to) || (pack != null && pack.first(text, from, to) >= 0);
  }

  /// The first rule that matches in the valid UTF-8 `text[from, to)`, or -1.
  public int firstMatch(byte[] text, int from, int to) {
    int pattern = patterns.firstMatch(text, from, to);
    return pattern >= 0 ? pattern : firstOf(pack, text, from, to);
  }

  /// The first rule that matches, anchors and word boundaries left aside, in bytes that need not be
  /// UTF-8, or -1.
  public int firstMatchInBytes(byte[] bytes, int from, int to) {
    int pattern = patterns.firstMatchInBytes(bytes, from, to);
    return pattern >= 0 ? pattern : firstOf(packForBytes, bytes, from, to);
  }

  private int firstOf(@Nullable SecretPack secrets, byte[] text, int from, int to) {
    int name = secrets == null ? -1 : secrets.first(text, from, to);
    return name < 0 ? -1 : patterns.size() + name;
  }
}
