package dev.headgate.pipeline.process.secrets;

import dev.headgate.pipeline.process.regex.Regex;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rules of the pack `secrets`, applied together in one pass over the bytes of a text. It takes
/// linear time, and no memory where it finds nothing.
///
/// **Threading:** immutable; any thread.
public final class SecretPack {
  private static final int MAX_ANYWHERE = 192;

  private final SecretRule[] rules;
  private final int[] nameOfRule;
  private final List<String> names;
  private final TrigramIndex index;
  private final boolean anywhere;

  /// What takes the place of a secret.
  @FunctionalInterface
  public interface Mask {
    /// Appends what replaces the secret in `text[from, to)`.
    void append(WireWriter out, byte[] text, int from, int to);
  }

  /// Learns which rule has found a secret.
  @FunctionalInterface
  public interface Sink {
    /// The rule of this name, see [SecretPack#names], has found one.
    void hit(int name);
  }

  private SecretPack(List<SecretRule> rules, boolean anywhere) {
    this.anywhere = anywhere;
    this.rules = rules.toArray(SecretRule[]::new);
    this.index = new TrigramIndex(rules);
    this.nameOfRule = new int[rules.size()];
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (int i = 0; i < nameOfRule.length; i++) {
      String name = rules.get(i).name();
      numbers.putIfAbsent(name, numbers.size());
      nameOfRule[i] = numbers.get(name);
    }
    this.names = List.copyOf(numbers.keySet());
  }

  /// The pack for texts.
  public static SecretPack forTexts() {
    return new SecretPack(rules(false), false);
  }

  /// The pack for bytes of which nobody knows what they are: what stands beside a secret may be a
  /// length or a tag and look like a letter, and says nothing.
  public static SecretPack forBytes() {
    return new SecretPack(rules(true), true);
  }

  /// All rules, those of one place in a text by the order in which they are asked.
  ///
  /// @param anywhere whether what stands beside a secret says nothing
  static List<SecretRule> rules(boolean anywhere) {
    List<SecretRule> all = new ArrayList<>(TokenShapes.all(anywhere));
    all.add(new JsonWebToken());
    all.add(new PrivateKeyBlock());
    all.add(new UrlCredentials());
    all.add(new HttpCredentials());
    all.add(new CardNumber());
    all.add(new Iban());
    all.addAll(Assignment.all());
    return all;
  }

  /// The names by which secrets are counted.
  public List<String> names() {
    return names;
  }

  /// The name of the first secret in `text[from, to)`, or -1.
  public int first(byte[] text, int from, int to) {
    SecretHits hits = scan(text, from, to, true);
    return hits == null ? -1 : nameOfRule[hits.rule(0)];
  }

  /// Replaces every secret in `text[from, to)`.
  ///
  /// @param sink told once for every secret
  /// @param maxBytes what the new text may grow to before it is [Regex#OVERGROWN] instead
  /// @return the new text, or null when there is no secret
  public byte @Nullable [] rewrite(
      byte[] text, int from, int to, Mask mask, Sink sink, long maxBytes) {
    SecretHits hits = scan(text, from, to, false);
    if (hits == null) {
      return null;
    }
    WireWriter out = new WireWriter(to - from + 16);
    int copied = from;
    boolean tooLarge = false;
    for (int i = 0; i < hits.count(); i++) {
      sink.hit(nameOfRule[hits.rule(i)]);
      if (!tooLarge) {
        out.writeRaw(text, copied, hits.from(i));
        mask.append(out, text, hits.from(i), hits.to(i));
        copied = hits.to(i);
        tooLarge = out.size() > maxBytes;
      }
    }
    if (tooLarge) {
      return Utf8.bytes(Regex.OVERGROWN);
    }
    out.writeRaw(text, copied, to);
    return out.toByteArray();
  }

  private @Nullable SecretHits scan(byte[] text, int from, int to, boolean one) {
    SecretHits hits = null;
    for (int at = index.next(text, from, from + 2, to);
        at < to;
        at = index.next(text, from, at + 1, to)) {
      for (TrigramIndex.Literal literal : index.found(text, at)) {
        int start = literal.start(text, from, to, at);
        if (start < 0 || (hits != null && isSettled(hits, start, rules[literal.rule()]))) {
          continue;
        }
        SecretRule rule = rules[literal.rule()];
        long span = rule.match(text, from, to, start, start + literal.length());
        if (span == Span.NONE && anywhere && start > from && rule.looksBack()) {
          // Once a byte, so that it must not look far.
          int near = Math.min(to - start, MAX_ANYWHERE) + start;
          span = rule.match(text, start, near, start, start + literal.length());
        }
        if (span != Span.NONE) {
          hits = hits == null ? new SecretHits() : hits;
          hits.add(literal.rule(), Span.from(span), Span.to(span));
          if (one) {
            return hits;
          }
        }
      }
    }
    return hits;
  }

  /// Within a secret only a rule that can name it better has a say.
  private boolean isSettled(SecretHits hits, int start, SecretRule rule) {
    return start < hits.end() && rule.rank() <= rules[hits.lastRule()].rank();
  }
}
