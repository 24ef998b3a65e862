package dev.headgate.gateway.admit.password;

/// The base64 of Unix's `crypt`: six bits a letter, the lowest first.
final class CryptBase64 {
  private static final String LETTERS =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private CryptBase64() {}

  /// Appends 24 bits as letters.
  ///
  /// @param letters how many of the four
  static void append(StringBuilder out, int high, int middle, int low, int letters) {
    int bits = ((high & 0xff) << 16) | ((middle & 0xff) << 8) | (low & 0xff);
    for (int i = 0; i < letters; i++) {
      out.append(LETTERS.charAt(bits & 0x3f));
      bits >>= 6;
    }
  }
}
