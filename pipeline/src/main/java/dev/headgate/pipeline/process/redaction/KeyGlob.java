package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.wire.Utf8;
import java.util.ArrayList;
import java.util.List;

/// A pattern for keys in which `*` stands for any run of characters. A leading `*.` also stands for
/// nothing, so that `*.password*` means `password_hash` as well as `user.password`. ASCII letters
/// match in either case.
///
/// **Threading:** immutable; any thread.
final class KeyGlob {
  private static final byte STAR = '*';

  private final List<byte[]> alternatives;

  KeyGlob(String glob) {
    List<byte[]> patterns = new ArrayList<>();
    patterns.add(lowerCase(Utf8.bytes(glob)));
    if (glob.startsWith("*.")) {
      patterns.add(lowerCase(Utf8.bytes(glob.substring(2))));
    }
    this.alternatives = List.copyOf(patterns);
  }

  /// Whether `text[from, to)` matches.
  boolean matches(byte[] text, int from, int to) {
    for (byte[] glob : alternatives) {
      if (matches(glob, text, from, to)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(byte[] glob, byte[] text, int from, int to) {
    int at = from;
    int g = 0;
    // Where to go on when what follows the last star turns out not to fit.
    int starAt = -1;
    int starGlob = -1;
    while (at < to) {
      if (g < glob.length && glob[g] == STAR) {
        starGlob = ++g;
        starAt = at;
      } else if (g < glob.length && glob[g] == lower(text[at])) {
        g++;
        at++;
      } else if (starGlob >= 0) {
        g = starGlob;
        at = ++starAt;
      } else {
        return false;
      }
    }
    while (g < glob.length && glob[g] == STAR) {
      g++;
    }
    return g == glob.length;
  }

  private static byte[] lowerCase(byte[] text) {
    for (int i = 0; i < text.length; i++) {
      text[i] = lower(text[i]);
    }
    return text;
  }

  private static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }
}
