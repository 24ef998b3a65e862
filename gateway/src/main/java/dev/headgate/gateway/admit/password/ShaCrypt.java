package dev.headgate.gateway.admit.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// The SHA crypt by Ulrich Drepper ("Unix crypt using SHA-256 and SHA-512"), step by step as there.
enum ShaCrypt {
  SHA_256("SHA-256", 32, 10),
  SHA_512("SHA-512", 64, 21);

  static final int DEFAULT_ROUNDS = 5000;
  static final int MIN_ROUNDS = 1000;

  /// Some tenths of a second; the algorithm allows 999999999.
  static final int MAX_ROUNDS = 100_000;

  static final int MAX_SALT = 16;

  private final String algorithm;
  private final int length;

  /// How far apart the three bytes of a group of letters are.
  private final int third;

  ShaCrypt(String algorithm, int length, int third) {
    this.algorithm = algorithm;
    this.length = length;
    this.third = third;
  }

  /// The hash behind the salt, as it is written.
  String hash(byte[] password, String saltText, int rounds) {
    byte[] salt = saltText.getBytes(StandardCharsets.ISO_8859_1);
    MessageDigest sha = PasswordHash.digest(algorithm);
    sha.update(password);
    sha.update(salt);
    byte[] alternate = sha.digest(password);
    sha.update(password);
    sha.update(salt);
    repeat(sha, alternate, password.length);
    for (int bits = password.length; bits > 0; bits >>= 1) {
      sha.update((bits & 1) == 1 ? alternate : password);
    }
    byte[] state = sha.digest();
    for (int i = 0; i < password.length; i++) {
      sha.update(password);
    }
    byte[] fromPassword = repeated(sha.digest(), password.length);
    for (int i = 0; i < 16 + (state[0] & 0xff); i++) {
      sha.update(salt);
    }
    byte[] fromSalt = repeated(sha.digest(), salt.length);
    for (int round = 0; round < rounds; round++) {
      boolean odd = (round & 1) == 1;
      sha.update(odd ? fromPassword : state);
      if (round % 3 != 0) {
        sha.update(fromSalt);
      }
      if (round % 7 != 0) {
        sha.update(fromPassword);
      }
      sha.update(odd ? state : fromPassword);
      state = sha.digest();
    }
    return letters(state);
  }

  private static void repeat(MessageDigest sha, byte[] bytes, int count) {
    for (int left = count; left > 0; left -= bytes.length) {
      sha.update(bytes, 0, Math.min(left, bytes.length));
    }
  }

  private static byte[] repeated(byte[] bytes, int count) {
    byte[] result = new byte[count];
    for (int at = 0; at < count; at += bytes.length) {
      System.arraycopy(bytes, 0, result, at, Math.min(bytes.length, count - at));
    }
    return result;
  }

  /// Groups of three bytes that lie a third apart; the order within turns from group to group, the
  /// other way round in the two algorithms.
  private String letters(byte[] state) {
    StringBuilder out = new StringBuilder();
    int a = 0;
    int b = third;
    int c = 2 * third;
    for (int group = 0; group < third; group++) {
      CryptBase64.append(out, state[a], state[b], state[c], 4);
      int first = a;
      if (this == SHA_256) {
        a = c + 1;
        c = b + 1;
        b = first + 1;
      } else {
        a = b + 1;
        b = c + 1;
        c = first + 1;
      }
    }
    if (this == SHA_256) {
      CryptBase64.append(out, 0, state[length - 1], state[length - 2], 3);
    } else {
      CryptBase64.append(out, 0, 0, state[length - 1], 2);
    }
    return out.toString();
  }
}
