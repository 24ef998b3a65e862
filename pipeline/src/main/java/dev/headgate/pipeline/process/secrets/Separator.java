package dev.headgate.pipeline.process.secrets;

/// What stands between a key and its value.
///
/// One number holds what was read, so that reading costs no object: where the value begins, how
/// sure it is that a value follows, and by what it is quoted.
final class Separator {
  /// Nothing that separates.
  static final int NONE = 0;

  /// A hyphen, a dot or an underscore: the value continues the name.
  static final int JOIN = 1;

  /// A comma behind a quote: the value may be the next item of a list.
  static final int LIST = 2;

  /// White space alone.
  static final int SPACE = 3;

  /// A colon and white space, no quote: an assignment in YAML, or a sentence.
  static final int COLON = 4;

  /// An equals sign, a quoted value behind a colon, an arrow, the end of a tag.
  static final int ASSIGN = 5;

  private static final long QUOTED_KEY = 1 << 24;
  private static final int MAX_SPACES = 32;
  private static final int MAX_ESCAPES = 7;

  private Separator() {}

  static int value(long separator) {
    return (int) (separator >>> 32);
  }

  static int strength(long separator) {
    return (int) separator & 0xff;
  }

  /// The quote before the value: `"`, `'` or a backquote; `<` when a tag ends it; 0 for none.
  static int quote(long separator) {
    return (int) (separator >> 8) & 0xff;
  }

  /// How many backslashes stand before the quote.
  static int escapes(long separator) {
    return (int) (separator >> 16) & 0xff;
  }

  /// Whether the key was quoted, as in JSON.
  static boolean isKeyQuoted(long separator) {
    return (separator & QUOTED_KEY) != 0;
  }

  /// The same before a value that begins further on.
  static long withValue(long separator, int value) {
    return (long) value << 32 | (separator & 0xffff_ffffL);
  }

  private static long of(int value, int strength, int quote, int escapes) {
    return (long) value << 32 | (long) escapes << 16 | (long) quote << 8 | strength;
  }

  /// Reads what separates the key that ends at `at` from its value.
  static long read(byte[] text, int at, int to) {
    int i = closingQuote(text, at, to);
    boolean quotedKey = i > at;
    if (i < to
        && (text[i] == ']' || text[i] == ')')
        && i + 1 < to
        && (text[i + 1] == ' ' || text[i + 1] == '=' || text[i + 1] == ':')) {
      i++;
    }
    int spaces = i;
    i = spaces(text, i, to);
    boolean spaced = i > spaces;
    if (i >= to) {
      return of(to, NONE, 0, 0);
    }
    int strength;
    int tag = 0;
    int c = text[i];
    if (c == '=' || c == ':') {
      strength = c == '=' ? ASSIGN : COLON;
      i++;
      while (i < to && (text[i] == '=' || text[i] == '>' || text[i] == ':' || text[i] == '~')) {
        strength = ASSIGN;
        i++;
      }
    } else if (c == '-' && i + 1 < to && text[i + 1] == '>') {
      strength = ASSIGN;
      i += 2;
    } else if (c == '>' && !spaced && !quotedKey) {
      strength = ASSIGN;
      tag = '<';
      i++;
    } else if (c == '%' && isEscapedSign(text, i, to)) {
      strength = ASSIGN;
      i += 3;
    } else if (c == ',' && quotedKey) {
      strength = LIST;
      i++;
    } else if (spaced || quotedKey) {
      strength = spaced ? SPACE : NONE;
    } else if (c == '-' || c == '.' || c == '_') {
      return of(i + 1, JOIN, 0, 0);
    } else {
      return of(i, NONE, 0, 0);
    }
    return opening(text, i, to, strength, tag) | (quotedKey ? QUOTED_KEY : 0);
  }

  private static long opening(byte[] text, int at, int to, int known, int tag) {
    int strength = known;
    int i = spaces(text, at, to);
    if (strength == COLON) {
      if (i == at) {
        strength = ASSIGN;
      } else if (text[at] == '\n' || text[at] == '\r') {
        strength = SPACE;
      }
    }
    if (i < to && text[i] == '[' && strength >= COLON) {
      i = spaces(text, i + 1, to);
    }
    // A letter before a quote is a kind of string: b"", r"", u'', L"", @"".
    int quoteAt =
        i + 1 < to && (Ascii.isLetter(text[i]) || text[i] == '@') && isQuote(text[i + 1])
            ? i + 1
            : i;
    int escapes = 0;
    while (quoteAt < to && text[quoteAt] == '\\' && escapes < MAX_ESCAPES) {
      escapes++;
      quoteAt++;
    }
    if (quoteAt < to && isQuote(text[quoteAt])) {
      strength = strength == COLON ? ASSIGN : strength;
      return of(quoteAt + 1, strength, text[quoteAt], escapes);
    }
    if (i + 3 <= to && Ascii.startsWith(text, i, to, "%22")) {
      return of(i + 3, strength, '%', 0);
    }
    return of(i, strength, tag, 0);
  }

  private static int closingQuote(byte[] text, int at, int to) {
    int i = at;
    while (i < to && text[i] == '\\' && i - at < MAX_ESCAPES) {
      i++;
    }
    if (i < to && isQuote(text[i])) {
      return i + 1;
    }
    return Ascii.startsWith(text, at, to, "%22") ? at + 3 : at;
  }

  private static boolean isEscapedSign(byte[] text, int at, int to) {
    return Ascii.startsWith(text, at, to, "%3d") || Ascii.startsWith(text, at, to, "%3a");
  }

  private static boolean isQuote(int c) {
    return c == '"' || c == '\'' || c == '`';
  }

  private static int spaces(byte[] text, int at, int to) {
    int i = at;
    while (i < to && i - at < MAX_SPACES && Ascii.isSpace(text[i])) {
      i++;
    }
    return i;
  }
}
