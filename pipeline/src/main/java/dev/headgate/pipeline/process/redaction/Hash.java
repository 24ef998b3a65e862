package dev.headgate.pipeline.process.redaction;

import com.google.re2j.Matcher;
import dev.headgate.config.RedactionConfig.HashFunction;
import dev.headgate.config.RedactionConfig.Hashing;
import dev.headgate.config.Secret;
import dev.headgate.pipeline.process.regex.Lender;
import dev.headgate.pipeline.process.regex.Replacement;
import dev.headgate.pipeline.wire.Utf8;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// A hash function (RFC 1321, FIPS 180-4, FIPS 202, RFC 2104) in lower-case hex: equal values stay
/// equal. Only the HMACs keep short values from being guessed.
///
/// **Threading:** any thread.
final class Hash implements Replacement {
  private final Lender<Digest> digests;

  /// A hash function with its state; not for two threads at once.
  private interface Digest {
    byte[] of(byte[] buffer, int from, int bytes);
  }

  Hash(Hashing hashing) {
    this.digests = new Lender<>(() -> create(hashing));
  }

  private static Digest create(Hashing hashing) {
    HashFunction function = hashing.function();
    try {
      return switch (function) {
        case MD5 -> digest("MD5");
        case SHA1 -> digest("SHA-1");
        case SHA3 -> digest("SHA3-256");
        case HMAC_SHA256 -> mac("HmacSHA256", hashing.key());
        case HMAC_SHA512 -> mac("HmacSHA512", hashing.key());
      };
    } catch (GeneralSecurityException e) {
      // The JDK's own providers have them all.
      throw new IllegalStateException(function + " is missing", e);
    }
  }

  private static Digest digest(String algorithm) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance(algorithm);
    return (buffer, from, bytes) -> {
      digest.update(buffer, from, bytes);
      return digest.digest();
    };
  }

  private static Digest mac(String algorithm, @Nullable Secret key)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(Utf8.bytes(Objects.requireNonNull(key).reveal()), algorithm));
    return (buffer, from, bytes) -> {
      mac.update(buffer, from, bytes);
      return mac.doFinal();
    };
  }

  /// The hash of `buffer[from, to)`.
  String of(byte[] buffer, int from, int to) {
    Digest digest = digests.take();
    String hex = HexFormat.of().formatHex(digest.of(buffer, from, to - from));
    digests.giveBack(digest);
    return hex;
  }

  @Override
  public void append(StringBuilder out, String text, Matcher match) {
    byte[] matched = Utf8.bytes(text.substring(match.start(), match.end()));
    out.append(of(matched, 0, matched.length));
  }
}
