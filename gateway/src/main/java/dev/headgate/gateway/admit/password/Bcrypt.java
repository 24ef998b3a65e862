package dev.headgate.gateway.admit.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/// A password kept by bcrypt: `$2y$`, the cost, 22 letters of salt and 31 of hash.
///
/// **Threading:** immutable.
final class Bcrypt {
  private static final String LETTERS =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final byte[] MAGIC =
      "OrpheanBeholderScryDoubt".getBytes(StandardCharsets.US_ASCII);

  private static final Blowfish.Start START = new Blowfish.Start();
  private static final int LENGTH = 60;
  private static final int SALT_AT = 7;
  private static final int HASH_AT = 29;
  private static final int MIN_COST = 4;

  /// Some seconds; the format allows 31, which is days.
  private static final int MAX_COST = 16;

  private static final int MAX_KEY = 72;
  private static final int HASH_BYTES = 23;

  private final int cost;
  private final byte[] salt;
  private final byte[] hash;

  private Bcrypt(int cost, byte[] salt, byte[] hash) {
    this.cost = cost;
    this.salt = salt;
    this.hash = hash;
  }

  /// Reads a hash.
  ///
  /// @throws IllegalArgumentException when it is malformed; the message does not quote it
  static Bcrypt parse(String text) {
    if (text.length() != LENGTH || text.charAt(6) != '$') {
      throw new IllegalArgumentException("malformed hash (expected: 60 letters of bcrypt)");
    }
    int cost;
    try {
      cost = Integer.parseInt(text.substring(4, 6));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("malformed hash (expected: a cost)", e);
    }
    if (cost < MIN_COST || cost > MAX_COST) {
      throw new IllegalArgumentException(
          "cost: " + cost + " (expected: " + MIN_COST + " to " + MAX_COST + ")");
    }
    return new Bcrypt(
        cost,
        decode(text.substring(SALT_AT, HASH_AT), 16),
        decode(text.substring(HASH_AT), HASH_BYTES));
  }

  private static byte[] decode(String letters, int length) {
    byte[] bytes = new byte[length];
    int bits = 0;
    int count = 0;
    int at = 0;
    for (int i = 0; i < letters.length() && at < length; i++) {
      int value = LETTERS.indexOf(letters.charAt(i));
      if (value < 0) {
        throw new IllegalArgumentException("malformed hash (expected: letters of bcrypt)");
      }
      bits = (bits << 6) | value;
      count += 6;
      if (count >= 8) {
        count -= 8;
        bytes[at++] = (byte) (bits >> count);
      }
    }
    return bytes;
  }

  /// Whether the password is the one. Only its first 72 bytes count.
  boolean matches(byte[] password) {
    // The byte behind the end belongs to the key.
    byte[] key = Arrays.copyOf(password, Math.min(password.length + 1, MAX_KEY));
    byte[] none = {};
    Blowfish cipher = START.cipher();
    cipher.expandKey(key, salt);
    for (long i = 0; i < 1L << cost; i++) {
      cipher.expandKey(key, none);
      cipher.expandKey(salt, none);
    }
    byte[] computed = new byte[MAGIC.length];
    for (int at = 0; at < MAGIC.length; at += 8) {
      long block = 0;
      for (int i = at; i < at + 8; i++) {
        block = (block << 8) | (MAGIC[i] & 0xff);
      }
      for (int i = 0; i < 64; i++) {
        block = cipher.encrypt(block);
      }
      for (int i = 7; i >= 0; i--) {
        computed[at + i] = (byte) block;
        block >>>= 8;
      }
    }
    return MessageDigest.isEqual(hash, Arrays.copyOf(computed, HASH_BYTES));
  }
}
