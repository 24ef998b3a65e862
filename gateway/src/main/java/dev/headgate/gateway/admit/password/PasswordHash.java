package dev.headgate.gateway.admit.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/// A password as an htpasswd file keeps it. Comparisons take the same time whatever is wrong.
///
/// **Threading:** immutable.
sealed interface PasswordHash {
  /// Whether the password is the one.
  boolean matches(byte[] password);

  /// Whether a comparison takes milliseconds, as it should.
  default boolean isSlow() {
    return true;
  }

  /// Tells the kinds apart as Apache and nginx do; what is none of them is a plain password.
  ///
  /// @throws IllegalArgumentException when it is malformed; the message does not quote it
  static PasswordHash parse(String text) {
    if (text.startsWith("$apr1$") || text.startsWith("$1$")) {
      return Md5.parse(text);
    }
    if (text.startsWith("{SHA}")) {
      byte[] digest = base64(text.substring(5));
      requireLength(digest.length == 20);
      return new Sha1(digest, new byte[0]);
    }
    if (text.startsWith("{SSHA}")) {
      byte[] digest = base64(text.substring(6));
      requireLength(digest.length > 20);
      return new Sha1(Arrays.copyOf(digest, 20), Arrays.copyOfRange(digest, 20, digest.length));
    }
    if (text.matches("\\$2[abxy]\\$.*")) {
      return new Bcrypted(Bcrypt.parse(text));
    }
    if (text.startsWith("$5$") || text.startsWith("$6$")) {
      return ShaCrypted.parse(text);
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("no password (expected: user:password)");
    }
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    int marked = text.startsWith(Plain.MARK) ? Plain.MARK.length() : 0;
    if (plain.length - marked > Htpasswd.MAX_PASSWORD_BYTES) {
      throw new IllegalArgumentException(
          "password: too long (expected: at most " + Htpasswd.MAX_PASSWORD_BYTES + " bytes)");
    }
    return new Plain(plain);
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("malformed hash (expected: base64)", e);
    }
  }

  private static void requireLength(boolean right) {
    if (!right) {
      throw new IllegalArgumentException("malformed hash (expected: another length)");
    }
  }

  /// The digest of an algorithm that every Java runtime has.
  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The password itself, perhaps behind nginx's `{PLAIN}`.
  record Plain(byte[] password) implements PasswordHash {
    private static final String MARK = "{PLAIN}";

    @Override
    public boolean matches(byte[] given) {
      byte[] marked = MARK.getBytes(StandardCharsets.US_ASCII);
      byte[] prefixed = Arrays.copyOf(marked, marked.length + given.length);
      System.arraycopy(given, 0, prefixed, marked.length, given.length);
      boolean bare = MessageDigest.isEqual(password, given);
      boolean behindMark = MessageDigest.isEqual(password, prefixed);
      return bare || behindMark;
    }

    @Override
    public boolean isSlow() {
      return false;
    }
  }

  /// SHA-1 of the password and a salt, which may be empty.
  record Sha1(byte[] hash, byte[] salt) implements PasswordHash {
    @Override
    public boolean matches(byte[] password) {
      MessageDigest sha1 = PasswordHash.digest("SHA-1");
      sha1.update(password);
      return MessageDigest.isEqual(hash, sha1.digest(salt));
    }

    @Override
    public boolean isSlow() {
      return false;
    }
  }

  /// The MD5 crypt of FreeBSD (`$1$`) and Apache (`$apr1$`).
  record Md5(String prefix, String salt, byte[] hash) implements PasswordHash {
    private static Md5 parse(String text) {
      String prefix = text.startsWith("$1$") ? "$1$" : "$apr1$";
      String rest = text.substring(prefix.length());
      int end = rest.indexOf('$');
      if (end < 0) {
        throw new IllegalArgumentException("malformed hash (expected: $ behind the salt)");
      }
      return new Md5(
          prefix,
          rest.substring(0, end),
          rest.substring(end + 1).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public boolean matches(byte[] password) {
      byte[] computed = Md5Crypt.hash(password, salt, prefix).getBytes(StandardCharsets.US_ASCII);
      return MessageDigest.isEqual(hash, computed);
    }
  }

  /// The crypt of SHA-256 (`$5$`) and SHA-512 (`$6$`).
  record ShaCrypted(ShaCrypt crypt, int rounds, String salt, byte[] hash) implements PasswordHash {
    private static ShaCrypted parse(String text) {
      String[] parts = text.substring(3).split("\\$", -1);
      boolean withRounds = parts[0].startsWith("rounds=");
      if (parts.length != (withRounds ? 3 : 2)) {
        throw new IllegalArgumentException("malformed hash (expected: salt and hash behind $)");
      }
      int rounds = ShaCrypt.DEFAULT_ROUNDS;
      if (withRounds) {
        try {
          rounds = Integer.parseInt(parts[0].substring("rounds=".length()));
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException("malformed hash (expected: a number of rounds)", e);
        }
      }
      if (rounds > ShaCrypt.MAX_ROUNDS) {
        throw new IllegalArgumentException(
            "rounds: " + rounds + " (expected: at most " + ShaCrypt.MAX_ROUNDS + ")");
      }
      String salt = parts[parts.length - 2];
      return new ShaCrypted(
          text.startsWith("$5$") ? ShaCrypt.SHA_256 : ShaCrypt.SHA_512,
          Math.max(ShaCrypt.MIN_ROUNDS, rounds),
          salt.length() > ShaCrypt.MAX_SALT ? salt.substring(0, ShaCrypt.MAX_SALT) : salt,
          parts[parts.length - 1].getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public boolean matches(byte[] password) {
      byte[] computed = crypt.hash(password, salt, rounds).getBytes(StandardCharsets.US_ASCII);
      return MessageDigest.isEqual(hash, computed);
    }
  }

  /// bcrypt.
  record Bcrypted(Bcrypt bcrypt) implements PasswordHash {
    @Override
    public boolean matches(byte[] password) {
      return bcrypt.matches(password);
    }
  }
}
