package dev.headgate.gateway.admit.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// The MD5 crypt by Poul-Henning Kamp, in which Apache changed only the prefix.
final class Md5Crypt {
  private static final int ROUNDS = 1000;

  private Md5Crypt() {}

  /// The hash behind the salt, as it is written.
  static String hash(byte[] password, String saltText, String prefix) {
    byte[] salt = saltText.getBytes(StandardCharsets.ISO_8859_1);
    MessageDigest md5 = PasswordHash.digest("MD5");
    md5.update(password);
    md5.update(salt);
    byte[] alternate = md5.digest(password);
    md5.update(password);
    md5.update(prefix.getBytes(StandardCharsets.US_ASCII));
    md5.update(salt);
    for (int left = password.length; left > 0; left -= alternate.length) {
      md5.update(alternate, 0, Math.min(left, alternate.length));
    }
    for (int bits = password.length; bits > 0; bits >>= 1) {
      md5.update((bits & 1) == 1 ? 0 : password[0]);
    }
    byte[] state = md5.digest();
    for (int round = 0; round < ROUNDS; round++) {
      boolean odd = (round & 1) == 1;
      md5.update(odd ? password : state);
      if (round % 3 != 0) {
        md5.update(salt);
      }
      if (round % 7 != 0) {
        md5.update(password);
      }
      md5.update(odd ? state : password);
      state = md5.digest();
    }
    StringBuilder out = new StringBuilder(22);
    for (int i = 0; i < 5; i++) {
      CryptBase64.append(out, state[i], state[i + 6], state[i == 4 ? 5 : i + 12], 4);
    }
    CryptBase64.append(out, 0, 0, state[11], 2);
    return out.toString();
  }
}
