package dev.headgate.pipeline.process.secrets;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A value behind a word that says it is secret: `password=...`, `"api_key": "..."`, `--token ...`,
/// `<secret>...</secret>`, `Pwd=...;`. The less sure the separator is, the more random the value
/// has to look.
final class Assignment implements SecretRule {
  /// What a word demands of its value.
  private enum Kind {
    /// People think passwords up: any value behind an equals sign counts.
    PASSWORD,
    /// A command whose argument is a password.
    COMMAND,
    /// Generated, as a rule.
    SECRET,
    /// The same behind the name of a scheme.
    HEADER,
    /// A word with other meanings too: only a long random value counts.
    KEY
  }

  private static final int MAX_TAIL = 40;
  private static final int MAX_JOINS = 3;
  private static final int MAX_SCHEME = 24;
  private static final int MAX_LOOK = 64;
  private static final int MAX_LONE_LOOK = 40;
  private static final int MIN_SECRET = 6;
  private static final int MIN_RANDOM = 8;
  private static final int MIN_LONE = 13;
  private static final int MIN_KEY = 12;
  private static final int MIN_LONE_KEY = 16;

  private final String name;
  private final Kind kind;
  private final boolean alone;
  private final List<byte[]> literals;

  /// @param alone whether the word has to begin where a word begins, as it is part of others
  private Assignment(String name, Kind kind, boolean alone, String... words) {
    this.name = name;
    this.kind = kind;
    this.alone = alone;
    List<byte[]> all = new ArrayList<>();
    for (String word : words) {
      all.add(word.getBytes(StandardCharsets.US_ASCII));
    }
    this.literals = List.copyOf(all);
  }

  /// The rules for all words.
  static List<SecretRule> all() {
    return List.of(
        new Assignment(
            "password", Kind.PASSWORD, false, "password", "passwd", "passphrase", "passwort"),
        new Assignment("password", Kind.PASSWORD, true, "pwd", "pass"),
        new Assignment(
            "password", Kind.COMMAND, false, "identified by", "requirepass", "securestring"),
        new Assignment("secret", Kind.SECRET, false, "secret"),
        new Assignment("token", Kind.SECRET, false, "token", "authtok"),
        new Assignment(
            "api_key",
            Kind.SECRET,
            false,
            "apikey",
            "api_key",
            "api-key",
            "api key",
            "api.key",
            "authkey",
            "auth_key",
            "auth-key",
            "private_key",
            "privatekey",
            "private-key",
            "private key",
            "access_key",
            "accesskey",
            "access-key",
            "access key",
            "account_key",
            "accountkey",
            "signing_key",
            "signingkey",
            "encryption_key",
            "encryptionkey",
            "master_key",
            "masterkey"),
        new Assignment("authorization", Kind.HEADER, true, "authorization", "x-auth", "credential"),
        new Assignment(
            "session_cookie",
            Kind.SECRET,
            true,
            "jsessionid",
            "phpsessid",
            "connect.sid",
            "sessionid_cookie",
            "asp.net_sessionid"),
        new Assignment("signature", Kind.KEY, true, "signature", "sig="),
        new Assignment("key", Kind.KEY, false, "key", "_pat"),
        new Assignment("key", Kind.KEY, true, "access", "private", "auth", "creds"));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<byte[]> literals() {
    return literals;
  }

  @Override
  public int rank() {
    return kind == Kind.KEY ? VAGUE_WORD : WORD;
  }

  @Override
  public boolean looksBack() {
    return alone;
  }

  @Override
  public long match(byte[] text, int from, int to, int start, int end) {
    if ((alone && !KeyNames.beginsHump(text, from, start))
        || KeyNames.goesOn(text, end, to)
        || KeyNames.isBehind(
            kind == Kind.KEY ? KeyNames.HARMLESS : KeyNames.PAGING, text, from, start)) {
      return Span.NONE;
    }
    int at = text[end - 1] == '=' ? end - 1 : end;
    int most = Math.min(to, at + MAX_TAIL);
    int tail = at;
    int joins = 0;
    while (true) {
      long separator = Separator.read(text, tail, to);
      if (Separator.strength(separator) > Separator.JOIN) {
        boolean about = tail > at && KeyNames.isAbout(text, at, tail);
        boolean plural = tail == at + 1 && (text[at] | 0x20) == 's';
        return about ? Span.NONE : value(text, from, to, start, separator, plural);
      }
      if (Separator.strength(separator) == Separator.JOIN) {
        if (++joins > MAX_JOINS) {
          return Span.NONE;
        }
        int value = Separator.value(separator);
        long span = lone(text, value, to);
        if (span != Span.NONE) {
          return KeyNames.isAbout(text, at, tail) ? Span.NONE : span;
        }
        tail = value;
      }
      int word = tail;
      while (tail < most && Ascii.isAlphanumeric(text[tail])) {
        tail++;
      }
      if (tail == word || tail == most) {
        return Span.NONE;
      }
    }
  }

  private long value(byte[] text, int from, int to, int start, long read, boolean plural) {
    long separator = kind == Kind.HEADER ? afterScheme(text, read, to) : read;
    int value = Separator.value(separator);
    int strength = Separator.strength(separator);
    boolean quoted = Separator.quote(separator) != 0;
    if (strength == Separator.SPACE && isArgument(text, from, start, value, quoted, to)) {
      strength = Separator.ASSIGN;
    }
    if (strength <= Separator.SPACE) {
      return plural ? Span.NONE : lone(text, value, to);
    }
    int look = AssignedValue.end(text, separator, Math.min(to, value + MAX_LOOK));
    if (look <= value || Placeholder.is(text, value, look)) {
      return Span.NONE;
    }
    if (!quoted && kind != Kind.PASSWORD && kind != Kind.COMMAND) {
      look = AssignedValue.beforeNested(text, value, look);
    }
    boolean found =
        switch (kind) {
          case PASSWORD, COMMAND -> isPassword(text, value, look, to, strength, quoted);
          case SECRET, HEADER -> isSecret(text, value, look, strength, quoted, plural);
          case KEY -> isKey(text, value, look, MIN_KEY);
        };
    return found ? Span.of(value, AssignedValue.end(text, separator, to)) : Span.NONE;
  }

  /// Whether the value behind a space is said to be a password: `--password x`, `PASSWORD 'x'`.
  private boolean isArgument(byte[] text, int from, int start, int value, boolean quoted, int to) {
    return switch (kind) {
      case PASSWORD ->
          (start - from >= 2 && text[start - 1] == '-' && text[start - 2] == '-')
              || (quoted && !alone);
      case COMMAND ->
          quoted
              || ValueForm.hasDigit(
                  text, value, AssignedValue.token(text, value, Math.min(to, value + MAX_LOOK)));
      case SECRET, HEADER, KEY -> false;
    };
  }

  private boolean isPassword(byte[] text, int from, int end, int to, int strength, boolean quoted) {
    if (quoted) {
      return true;
    }
    if (text[from] == '/'
        || text[from] == '~'
        || text[from] == '('
        || ValueForm.contains(text, from, end, '(')
        || ValueForm.isDrive(text, from, to)
        || ValueForm.isReference(text, from, end)
        // "tests pass=1204", "pass=2/3", "pass=100%".
        || (alone && ValueForm.isFigure(text, from, end))) {
      return false;
    }
    if (strength != Separator.COLON) {
      return true;
    }
    if (!ValueForm.isLetters(text, from, end)) {
      return !ValueForm.isNumber(text, from, end) || end - from >= MIN_SECRET;
    }
    // "password: goodspec" at the end of a line, but not "password: wrong length".
    return end == to || !Ascii.isSpace(text[end]) || text[end] == '\n' || text[end] == '\r';
  }

  private static boolean isSecret(
      byte[] text, int from, int end, int strength, boolean quoted, boolean plural) {
    if (end - from < MIN_SECRET || ValueForm.isAddress(text, from, end)) {
      return false;
    }
    if (ValueForm.isLetters(text, from, end)) {
      return !plural && end - from >= MIN_LONE_KEY && (quoted || strength == Separator.ASSIGN);
    }
    return end - from >= MIN_RANDOM
        && Randomness.looksRandom(
            text, from, end, MIN_RANDOM, plural ? Randomness.STRICT : Randomness.LENIENT);
  }

  private static boolean isKey(byte[] text, int from, int end, int min) {
    return !ValueForm.isAddress(text, from, end)
        && !ValueForm.isPath(text, from, end)
        && Randomness.looksRandom(text, from, end, min, Randomness.STRICT);
  }

  /// The value that only its looks give away, as nothing but a word stands before it.
  private long lone(byte[] text, int from, int to) {
    int look = AssignedValue.token(text, from, Math.min(to, from + MAX_LONE_LOOK));
    if (look - from < MIN_RANDOM
        || ValueForm.isWordy(text, from, look)
        || text[from] == '/'
        || text[from] == '.'
        || ValueForm.isPodName(text, from, look)) {
      return Span.NONE;
    }
    boolean found =
        switch (kind) {
          case PASSWORD, COMMAND ->
              !ValueForm.isNumber(text, from, look)
                  && (ValueForm.isRun(text, from, look)
                      ? Randomness.looksRandom(text, from, look, MIN_RANDOM, Randomness.LENIENT)
                      : isKey(text, from, look, MIN_LONE));
          case SECRET, HEADER -> isKey(text, from, look, MIN_LONE);
          case KEY -> isKey(text, from, look, MIN_LONE_KEY);
        };
    return found ? Span.of(from, AssignedValue.token(text, from, to)) : Span.NONE;
  }

  /// Passes over the scheme of an authorization.
  private static long afterScheme(byte[] text, long separator, int to) {
    int value = Separator.value(separator);
    int at = value;
    while (at < to
        && at - value < MAX_SCHEME
        && (Ascii.isAlphanumeric(text[at]) || text[at] == '-')) {
      at++;
    }
    return at > value && at + 1 < to && text[at] == ' ' && Ascii.isAlphanumeric(text[at + 1])
        ? Separator.withValue(separator, at + 1)
        : separator;
  }
}
