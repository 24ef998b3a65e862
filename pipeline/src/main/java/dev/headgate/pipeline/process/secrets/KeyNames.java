package dev.headgate.pipeline.process.secrets;

/// What the words around a word such as `token` or `key` make of it.
final class KeyNames {
  private static final int MAX_BEFORE = 24;

  /// Words that turn the name of a secret into the name of something about it.
  private static final Words ABOUT =
      new Words(
          """
          age alg algorithm alias arn at bits board builder cache callback class client code config
          controller converter count counts created date decoder encoder filter helper impl listener
          parser reader repository resolver strategy supplier util utils validator writer
          deserializer dir down enabled encoding endpoint error event events exception expiration
          expire expired expires expiry factory field fields file fingerprint format frame generator
          group handler header hint id ids in index info issuer len length limit limits location
          manager max min mode name names pair path policy prefix press provider range rate ref
          required ring rotation schema serializer service set size source space spaces state status
          store strength stroke thumbprint time timestamp ttl type types up updated uri url urls usage
          usages used valid version window word words
          """);

  /// What may continue a word without a hump: `secretkey`, `tokens`.
  private static final Words GOING_ON =
      new Words("s key keys token tokens access value phrase hash secret pass password");

  /// What stands before `key` when it is no key to anything.
  static final Words HARMLESS =
      new Words(
          """
          attribute cache commit composite config correlation dedup dedupe don entity etag etcd event foreign
          group hash hoc idempotency index issue item job label lock lookup map message metric mon
          object partition primary public queue record redis registry resource routing row sequence
          series shard sort span task topic trace translation tur unique whis
          """);

  /// What stands before `token` when it is none of an access.
  static final Words PAGING =
      new Words("page next previous continuation sync cancellation cancel stop max min per");

  private KeyNames() {}

  /// Whether the word is only the beginning of another one.
  static boolean goesOn(byte[] text, int end, int to) {
    int at = end;
    int most = Math.min(to, end + MAX_BEFORE);
    boolean upper = Ascii.isUpper(text[end - 1]);
    while (at < most && Ascii.isLetter(text[at]) && Ascii.isUpper(text[at]) == upper) {
      at++;
    }
    return at > end && Ascii.isLetter(text[end - 1]) && !GOING_ON.contains(text, end, at);
  }

  /// Whether a word of the tail says that the value is not the secret itself.
  static boolean isAbout(byte[] text, int from, int to) {
    int at = from;
    while (at < to) {
      int word = at;
      while (at < to
          && Ascii.isLetter(text[at])
          && (at == word || !Ascii.isUpper(text[at]) || Ascii.isUpper(text[at - 1]))) {
        at++;
      }
      if (ABOUT.contains(text, word, at)) {
        return true;
      }
      at = at == word ? at + 1 : at;
    }
    return false;
  }

  /// Whether a word begins at `start`, or a part of one: `apiKey`, `vendorSECRET`.
  static boolean beginsHump(byte[] text, int from, int start) {
    return Ascii.beginsWord(text, from, start)
        || (Ascii.isUpper(text[start]) && !Ascii.isUpper(text[start - 1]));
  }

  /// Whether the word before says that the one at `start` is no secret.
  ///
  /// @param words [#HARMLESS] or [#PAGING]
  static boolean isBehind(Words words, byte[] text, int from, int start) {
    int end = start;
    if (end > from && !Ascii.isLetter(text[end - 1])) {
      end--;
    }
    int at = end;
    int least = Math.max(from, end - MAX_BEFORE);
    while (at > least && Ascii.isLetter(text[at - 1])) {
      at--;
      if (Ascii.isUpper(text[at]) && (at == from || !Ascii.isUpper(text[at - 1]))) {
        break;
      }
    }
    return words.contains(text, at, end);
  }
}
