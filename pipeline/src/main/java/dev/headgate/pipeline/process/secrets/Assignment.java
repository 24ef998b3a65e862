package dev.headgate.pipeline.process.secrets;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A value behind a word that says it is secret: `password=...`, `"api_key": "..."`, `--token ...`,
/// `<secret>...</secret>`, `Pwd=...;`. The less sure the separator is, the more random the value
/// has to look.
final class Assignment implements SecretRule {
  /// What a word demands of its value.
  private enum Kind {
    /** People think passwords up: any value behind an equals sign counts. */
    PASSWORD,
    /** Generated, as a rule. */
    SECRET,
    /** A word with other meanings too: only a long random value counts. */
    KEY
  }

  private static final int MAX_TAIL = 40;
  private static final int MAX_BEFORE = 24;
  private static final int MAX_LOOK = 300;
  private static final int MIN_SECRET = 6;
  private static final int MIN_RANDOM = 8;
  private static final int MIN_LONE = 13;
  private static final int MIN_KEY = 12;
  private static final int MIN_LONE_KEY = 16;

  /** Words that turn the name of a secret into the name of something about it. */
  private static final Set<String> ABOUT =
      Set.of(
          "id",
          "ids",
          "name",
          "names",
          "type",
          "types",
          "url",
          "uri",
          "urls",
          "endpoint",
          "file",
          "path",
          "dir",
          "count",
          "counts",
          "len",
          "length",
          "size",
          "expires",
          "expiry",
          "expired",
          "expiration",
          "expire",
          "ttl",
          "age",
          "limit",
          "limits",
          "hint",
          "policy",
          "field",
          "fields",
          "version",
          "status",
          "state",
          "algorithm",
          "alg",
          "usage",
          "used",
          "store",
          "space",
          "spaces",
          "board",
          "code",
          "info",
          "issuer",
          "provider",
          "manager",
          "service",
          "ref",
          "index",
          "format",
          "encoding",
          "enabled",
          "required",
          "valid",
          "source",
          "class",
          "factory",
          "handler",
          "error",
          "exception",
          "header",
          "prefix",
          "min",
          "max",
          "mode",
          "rate",
          "window",
          "word",
          "words",
          "ring",
          "event",
          "events",
          "set",
          "range",
          "group",
          "schema",
          "serializer",
          "deserializer",
          "converter",
          "generator",
          "location",
          "bits",
          "pair",
          "stroke",
          "press",
          "down",
          "up",
          "frame",
          "at",
          "in",
          "time",
          "timestamp",
          "date",
          "created",
          "updated",
          "arn",
          "alias",
          "usages",
          "rotation",
          "fingerprint",
          "thumbprint",
          "hash",
          "strength");

  /** What stands before a word that then means something else. */
  private static final Set<String> HARMLESS =
      Set.of(
          "partition",
          "cache",
          "routing",
          "sort",
          "primary",
          "foreign",
          "public",
          "idempotency",
          "dedup",
          "row",
          "message",
          "record",
          "object",
          "lock",
          "index",
          "group",
          "shard",
          "map",
          "composite",
          "lookup",
          "page",
          "continuation",
          "sync",
          "next",
          "previous",
          "translation",
          "metric",
          "label",
          "attribute",
          "config",
          "registry",
          "trace",
          "span",
          "series",
          "unique",
          "hash",
          "event",
          "item",
          "entity",
          "sequence",
          "correlation",
          "dedupe",
          "issue",
          "project",
          "redis",
          "etcd",
          "topic",
          "job",
          "task",
          "queue",
          "search",
          "document",
          "resource");

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
        new Assignment("password", Kind.PASSWORD, true, "pwd", "pass", "requirepass"),
        new Assignment("password", Kind.PASSWORD, true, "identified by", "securestring"),
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
        new Assignment("authorization", Kind.SECRET, true, "authorization", "x-auth", "credential"),
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
        new Assignment("key", Kind.KEY, true, "key", "access", "private", "auth", "_pat", "creds"));
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
  public boolean isSpecific() {
    return false;
  }

  @Override
  public long match(byte[] text, int from, int to, int start, int end) {
    if (alone && !beginsHump(text, from, start) || isHarmless(text, from, start)) {
      return Span.NONE;
    }
    int key = text[end - 1] == '=' ? end - 1 : end;
    long separator = Separator.read(text, key, to);
    boolean plural = false;
    if (Separator.strength(separator) <= Separator.JOIN) {
      long span = joined(text, separator, to);
      if (span != Span.NONE) {
        return span;
      }
      int tail = tail(text, key, to);
      if (tail == key || isAbout(text, key, tail)) {
        return Span.NONE;
      }
      plural = tail == key + 1 && (text[key] | 0x20) == 's';
      separator = Separator.read(text, tail, to);
      if (Separator.strength(separator) <= Separator.JOIN) {
        return Span.NONE;
      }
    }
    return value(text, from, to, start, separator, plural);
  }

  private long joined(byte[] text, long separator, int to) {
    if (Separator.strength(separator) != Separator.JOIN) {
      return Span.NONE;
    }
    int value = Separator.value(separator);
    int end = AssignedValue.token(text, value, Math.min(to, value + MAX_LOOK));
    return isLone(text, value, end) ? Span.of(value, end) : Span.NONE;
  }

  private long value(byte[] text, int from, int to, int start, long separator, boolean plural) {
    int value = Separator.value(separator);
    if (name.equals("authorization")) {
      value = afterScheme(text, value, to);
    }
    int strength = Separator.strength(separator);
    boolean quoted = Separator.quote(separator) != 0;
    boolean option = start - from >= 2 && text[start - 1] == '-' && text[start - 2] == '-';
    if (strength == Separator.SPACE && option && kind == Kind.PASSWORD) {
      strength = Separator.ASSIGN;
    }
    if (strength == Separator.SPACE && !(quoted && kind == Kind.PASSWORD)) {
      int end = AssignedValue.token(text, value, Math.min(to, value + MAX_LOOK));
      return isLone(text, value, end) ? Span.of(value, end) : Span.NONE;
    }
    int look = AssignedValue.end(text, separator, Math.min(to, value + MAX_LOOK));
    if (look <= value || Placeholder.is(text, value, look)) {
      return Span.NONE;
    }
    boolean found =
        switch (kind) {
          case PASSWORD -> isPassword(text, value, look, to, strength, quoted);
          case SECRET -> isSecret(text, value, look, strength, quoted, plural);
          case KEY -> isKey(text, value, look, MIN_KEY);
        };
    return found ? Span.of(value, AssignedValue.end(text, separator, to)) : Span.NONE;
  }

  private static boolean isPassword(
      byte[] text, int from, int end, int to, int strength, boolean quoted) {
    if (quoted) {
      return true;
    }
    if (text[from] == '/'
        || text[from] == '~'
        || text[from] == '('
        || contains(text, from, end, '(')) {
      return false;
    }
    if (strength != Separator.COLON || !isLetters(text, from, end)) {
      return true;
    }
    // "password: goodspec" at the end of a line, but not "password: wrong length".
    return end == to || !Ascii.isSpace(text[end]) || text[end] == '\n' || text[end] == '\r';
  }

  private static boolean isSecret(
      byte[] text, int from, int end, int strength, boolean quoted, boolean plural) {
    if (end - from < MIN_SECRET || isAddress(text, from, end)) {
      return false;
    }
    if (isLetters(text, from, end)) {
      return !plural && end - from >= MIN_LONE_KEY && (quoted || strength == Separator.ASSIGN);
    }
    return end - from >= MIN_RANDOM
        && Randomness.looksRandom(
            text, from, end, MIN_RANDOM, plural ? Randomness.STRICT : Randomness.LENIENT);
  }

  private static boolean isKey(byte[] text, int from, int end, int min) {
    return !isAddress(text, from, end)
        && Randomness.looksRandom(text, from, end, min, Randomness.STRICT);
  }

  private boolean isLone(byte[] text, int from, int end) {
    return isKey(text, from, end, kind == Kind.KEY ? MIN_LONE_KEY : MIN_LONE);
  }

  private static boolean isAddress(byte[] text, int from, int end) {
    for (int at = from; at + 2 < end; at++) {
      if (text[at] == ':' && text[at + 1] == '/' && text[at + 2] == '/') {
        return true;
      }
    }
    return false;
  }

  private static boolean isLetters(byte[] text, int from, int end) {
    for (int at = from; at < end; at++) {
      if (!Ascii.isLetter(text[at])) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(byte[] text, int from, int end, int sign) {
    for (int at = from; at < end; at++) {
      if (text[at] == sign) {
        return true;
      }
    }
    return false;
  }

  /** Passes over the scheme of an authorization. */
  private static int afterScheme(byte[] text, int value, int to) {
    int at = value;
    while (at < to
        && at - value < MAX_BEFORE
        && (Ascii.isAlphanumeric(text[at]) || text[at] == '-')) {
      at++;
    }
    return at > value && at + 1 < to && text[at] == ' ' && Ascii.isAlphanumeric(text[at + 1])
        ? at + 1
        : value;
  }

  /** The end of the name that goes on behind the word. */
  private static int tail(byte[] text, int from, int to) {
    int at = from;
    int most = Math.min(to, from + MAX_TAIL);
    while (at < most && (Ascii.isAlphanumeric(text[at]) || text[at] == '_' || text[at] == '-')) {
      at++;
    }
    return at;
  }

  /** Whether a word of the tail says that the value is not the secret itself. */
  private static boolean isAbout(byte[] text, int from, int to) {
    int at = from;
    while (at < to) {
      int word = at;
      StringBuilder letters = new StringBuilder();
      while (at < to
          && Ascii.isLetter(text[at])
          && (at == word || !Ascii.isUpper(text[at]) || Ascii.isUpper(text[at - 1]))) {
        letters.append((char) (text[at] | 0x20));
        at++;
      }
      if (ABOUT.contains(letters.toString())) {
        return true;
      }
      at = at == word ? at + 1 : at;
    }
    return false;
  }

  private static boolean beginsHump(byte[] text, int from, int start) {
    return Ascii.beginsWord(text, from, start)
        || Ascii.isUpper(text[start]) && !Ascii.isUpper(text[start - 1]);
  }

  /** Whether the word before says that this one is no secret. */
  private static boolean isHarmless(byte[] text, int from, int start) {
    int end = start;
    if (end > from && !Ascii.isLetter(text[end - 1])) {
      end--;
    }
    int at = end;
    int least = Math.max(from, end - MAX_BEFORE);
    StringBuilder word = new StringBuilder();
    while (at > least && Ascii.isLetter(text[at - 1])) {
      at--;
      word.append((char) (text[at] | 0x20));
      if (Ascii.isUpper(text[at]) && (at == from || !Ascii.isUpper(text[at - 1]))) {
        break;
      }
    }
    return HARMLESS.contains(word.reverse().toString());
  }
}
