package dev.headgate.gateway.admit.password;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Users and their passwords from the lines of an htpasswd file.
///
/// **Threading:** immutable.
public final class Htpasswd {
  /// The longest password that is compared: the time that the crypts take grows with it.
  public static final int MAX_PASSWORD_BYTES = 256;

  private final Map<String, PasswordHash> users;

  /// What is compared before a refusal that would be fast, of an unknown user for example, so that
  /// the time tells nothing; null when all comparisons are fast.
  private final @Nullable PasswordHash decoy;

  private Htpasswd(Map<String, PasswordHash> users) {
    this.users = users;
    this.decoy = users.values().stream().filter(PasswordHash::isSlow).findFirst().orElse(null);
  }

  /// Reads lines `user:password`; of several lines of a user the last one counts.
  ///
  /// @param unusable hears of lines that are none, without their contents
  public static Htpasswd parse(String text, Consumer<String> unusable) {
    Map<String, PasswordHash> users = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.split("\\R", -1)) {
      number++;
      String entry = line.strip();
      if (entry.isEmpty() || entry.startsWith("#")) {
        continue;
      }
      int colon = entry.indexOf(':');
      if (colon < 0) {
        unusable.accept("line " + number + ": no colon (expected: user:password)");
        continue;
      }
      try {
        users.put(entry.substring(0, colon), PasswordHash.parse(entry.substring(colon + 1)));
      } catch (IllegalArgumentException e) {
        unusable.accept("line " + number + ": " + e.getMessage());
      }
    }
    return new Htpasswd(users);
  }

  /// How many users there are.
  public int size() {
    return users.size();
  }

  /// Whether a refusal may take milliseconds: so it does for everybody when it does for anybody.
  public boolean isSlow() {
    return decoy != null;
  }

  /// Whether the password is the user's and that takes microseconds to find.
  public boolean matchesAtOnce(String user, byte[] password) {
    PasswordHash hash = users.get(user);
    return hash != null && !hash.isSlow() && hash.matches(password);
  }

  /// Whether the password is the user's.
  public boolean matches(String user, byte[] password) {
    PasswordHash hash = users.get(user);
    boolean matches = hash != null && hash.matches(password);
    if (!matches && decoy != null && (hash == null || !hash.isSlow())) {
      boolean _ = decoy.matches(password);
    }
    return matches;
  }
}
