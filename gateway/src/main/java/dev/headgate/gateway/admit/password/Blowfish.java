package dev.headgate.gateway.admit.password;

import java.math.BigInteger;

/// Blowfish with the costly key schedule of bcrypt (Provos and Mazières, "A Future-Adaptable
/// Password Scheme", 1999).
///
/// **Threading:** confined to one thread.
final class Blowfish {
  private static final int ROUNDS = 16;
  private static final int P_WORDS = ROUNDS + 2;
  private static final int S_WORDS = 4 * 256;

  private final int[] p;
  private final int[] s;

  private Blowfish(int[] p, int[] s) {
    this.p = p;
    this.s = s;
  }

  /// The state that every key schedule starts from: the fraction of pi.
  static final class Start {
    private final int[] words = fractionOfPi(P_WORDS + S_WORDS);

    /// A cipher that nobody has keyed yet.
    Blowfish cipher() {
      int[] p = new int[P_WORDS];
      int[] s = new int[S_WORDS];
      System.arraycopy(words, 0, p, 0, P_WORDS);
      System.arraycopy(words, P_WORDS, s, 0, S_WORDS);
      return new Blowfish(p, s);
    }

    /// The first bits behind the point, by Machin: pi = 16 atan(1/5) - 4 atan(1/239).
    private static int[] fractionOfPi(int count) {
      int guardBits = 64;
      int bits = count * 32 + guardBits;
      BigInteger pi =
          arctangentOfInverse(5, bits)
              .shiftLeft(4)
              .subtract(arctangentOfInverse(239, bits).shiftLeft(2));
      BigInteger fraction =
          pi.subtract(BigInteger.valueOf(3).shiftLeft(bits)).shiftRight(guardBits);
      int[] words = new int[count];
      for (int i = count - 1; i >= 0; i--) {
        words[i] = fraction.intValue();
        fraction = fraction.shiftRight(32);
      }
      return words;
    }

    private static BigInteger arctangentOfInverse(int x, int bits) {
      BigInteger square = BigInteger.valueOf((long) x * x);
      BigInteger power = BigInteger.ONE.shiftLeft(bits).divide(BigInteger.valueOf(x));
      BigInteger sum = power;
      for (int n = 3; power.signum() > 0; n += 2) {
        power = power.divide(square);
        BigInteger term = power.divide(BigInteger.valueOf(n));
        sum = (n & 2) == 2 ? sum.subtract(term) : sum.add(term);
      }
      return sum;
    }
  }

  /// Mixes a key into the state, and a salt into every step of that.
  ///
  /// @param salt 16 bytes, or none: zeros
  void expandKey(byte[] key, byte[] salt) {
    int at = 0;
    for (int i = 0; i < P_WORDS; i++) {
      int word = 0;
      for (int j = 0; j < 4; j++) {
        word = (word << 8) | (key[at] & 0xff);
        at = at + 1 == key.length ? 0 : at + 1;
      }
      p[i] ^= word;
    }
    long block = 0;
    int saltAt = 0;
    for (int i = 0; i < P_WORDS + S_WORDS; i += 2) {
      if (salt.length > 0) {
        block ^= word64(salt, saltAt);
        saltAt ^= 8;
      }
      block = encrypt(block);
      int[] target = i < P_WORDS ? p : s;
      int index = i < P_WORDS ? i : i - P_WORDS;
      target[index] = (int) (block >>> 32);
      target[index + 1] = (int) block;
    }
  }

  private static long word64(byte[] bytes, int at) {
    long word = 0;
    for (int i = at; i < at + 8; i++) {
      word = (word << 8) | (bytes[i] & 0xff);
    }
    return word;
  }

  /// Encrypts a block.
  long encrypt(long block) {
    int left = (int) (block >>> 32) ^ p[0];
    int right = (int) block;
    for (int i = 1; i < ROUNDS; i += 2) {
      right ^= f(left) ^ p[i];
      left ^= f(right) ^ p[i + 1];
    }
    right ^= p[ROUNDS + 1];
    return ((long) right << 32) | (left & 0xffff_ffffL);
  }

  private int f(int x) {
    return ((s[x >>> 24] + s[256 + ((x >>> 16) & 0xff)]) ^ s[512 + ((x >>> 8) & 0xff)])
        + s[768 + (x & 0xff)];
  }
}
