package dev.headgate.pipeline.process.redaction;

import com.google.re2j.Matcher;
import dev.headgate.config.Secret;
import dev.headgate.pipeline.process.regex.Lender;
import dev.headgate.pipeline.process.regex.Replacement;
import dev.headgate.pipeline.wire.Utf8;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// HMAC-SHA-256 (RFC 2104, FIPS 180-4) in lower-case hex: equal values stay equal, and nobody
/// without the key can guess them.
///
/// **Threading:** any thread.
final class KeyedHash implements Replacement {
  private final Lender<Mac> macs;

  KeyedHash(Secret key) {
    SecretKeySpec spec = new SecretKeySpec(Utf8.bytes(key.reveal()), "HmacSHA256");
    this.macs = new Lender<>(() -> create(spec));
  }

  private static Mac create(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      // Every Java platform has to provide this algorithm.
      throw new IllegalStateException("HmacSHA256 is missing", e);
    }
  }

  /// The hash of `buffer[from, to)`.
  String of(byte[] buffer, int from, int to) {
    Mac mac = macs.take();
    mac.update(buffer, from, to - from);
    String hex = HexFormat.of().formatHex(mac.doFinal());
    macs.giveBack(mac);
    return hex;
  }

  @Override
  public void append(StringBuilder out, String text, Matcher match) {
    byte[] matched = Utf8.bytes(text.substring(match.start(), match.end()));
    out.append(of(matched, 0, matched.length));
  }
}
