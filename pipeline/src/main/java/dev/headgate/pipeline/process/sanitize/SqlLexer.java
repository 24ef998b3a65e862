package dev.headgate.pipeline.process.sanitize;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/// Cuts SQL into tokens where the Collector's `db_sanitizer` does (DataDog/go-sqllexer 0.1.12):
/// what it makes of broken SQL has to be the same. Looks at every byte a bounded number of times.
///
/// **Threading:** confined to one thread.
final class SqlLexer {
  /// What a token is, as far as it matters to who masks literals.
  enum Token {
    END,
    /// A literal, or a parameter by number.
    LITERAL,
    /// A name, in quotes or not.
    NAME,
    /// The body of a function between `$func$`.
    FUNCTION_BODY,
    COMMENT,
    OTHER
  }

  private static final Set<String> LITERALS = Set.of("TRUE", "FALSE", "NULL");
  private static final Set<String> KEYWORDS =
      Set.of(
          ("ADD ALL ALTER ANALYZE AND ANY AS ASC ASSERTION BEGIN BETWEEN BY CASE CHECK CLONE"
                  + " CLUSTER COLUMN COMMIT CONSTRAINT COPY CREATE CUBE DATABASE DECLARE DEFAULT"
                  + " DELETE DESC DISTINCT DOMAIN DROP ELSE END ESCAPE EXEC EXECUTE EXISTS EXPLAIN"
                  + " FOREIGN FROM GRANT GROUP HAVING IF ILIKE IN INDEX INNER INSERT INTO IS JOIN"
                  + " KEY LEFT LIKE LIMIT LITERAL MERGE NOT OF OFFSET ON ONLY OR ORDER OUT OUTER"
                  + " PLPGSQL PRIMARY PROC PROCEDURE RECURSIVE REPLACE RETURNING RETURNS REVOKE"
                  + " RIGHT ROLLBACK ROLLUP ROWNUM SELECT SET SKIP SOME STRAIGHT_JOIN TABLE"
                  + " TEMPORARY TOP TRIGGER TRUNCATE UNION UNIQUE UNLOGGED UPDATE USE USING VACCUM"
                  + " VALUES VIEW WHERE WINDOW WITH")
              .split(" "));
  private static final int MAX_KEYWORD_BYTES = 13;
  private static final int REPLACEMENT = 0xfffd;

  /// What SQL means by its quotes.
  ///
  /// @param doubleQuotedText whether double quotes hold texts and not names
  /// @param mysql whether `#` begins a comment, backticks quote, and backslashes surely escape
  /// @param strict whether what may be a text is one, where the Collector's lexer decides
  ///   otherwise: all that follows a quote behind a backslash, which ends the text in some
  ///   dialects, or a comment in a comment, and whatever has no other end
  /// @param oracle whether there are texts like `q'[it's]'`
  record Dialect(boolean doubleQuotedText, boolean mysql, boolean strict, boolean oracle) {
    /// As the Collector reads all databases but MySQL.
    static final Dialect COLLECTOR = new Dialect(false, false, false, false);

    /// As the Collector reads MySQL.
    static final Dialect COLLECTOR_MYSQL = new Dialect(true, true, false, false);

    /// MySQL and MariaDB.
    static final Dialect MYSQL = new Dialect(true, true, true, false);

    /// Databases that quote names as the standard says.
    static final Dialect STANDARD = new Dialect(false, false, true, false);

    /// Oracle.
    static final Dialect ORACLE = new Dialect(false, false, true, true);

    /// Of unknown origin.
    static final Dialect UNKNOWN = new Dialect(true, false, true, false);

    private boolean isUnknown() {
      return strict && doubleQuotedText && !mysql;
    }
  }

  private final byte[] text;
  private final Dialect dialect;
  private int start;
  private int at;

  /// A lexer at the beginning of a text.
  SqlLexer(byte[] text, Dialect dialect) {
    this.text = text;
    this.dialect = dialect;
  }

  /// Where the token that was read begins.
  int start() {
    return start;
  }

  /// Where it ends.
  int end() {
    return at;
  }

  /// Reads a token.
  Token next() {
    start = at;
    int c = peek(0);
    if (isSpace(c)) {
      return whitespace();
    }
    if (isLetter(c)) {
      return word(c);
    }
    return switch (c) {
      case 0 -> Token.END;
      case '"' -> dialect.doubleQuotedText ? string('"') : quotedName('"');
      case '\'' -> string('\'');
      case '`' -> dialect.mysql || dialect.strict ? quotedName('`') : one();
      case '$' -> isDigit(peek(1)) ? positional() : dollarQuoted();
      case '@' -> at();
      case '#' -> hash();
      case '-', '+' -> sign(c);
      case '/' -> peek(1) == '*' ? comment() : operator(c);
      case '*' -> one();
      default -> numberOrOperator(c);
    };
  }

  private Token hash() {
    if (dialect.mysql) {
      return lineComment(1);
    }
    // A temporary table of SQL Server, or a comment as in MySQL.
    int second = peek(1);
    boolean name = isLetter(second) || second == '#';
    return dialect.isUnknown() && !name ? rest() : operator('#');
  }

  private Token numberOrOperator(int c) {
    if (isDigit(c)) {
      return number(c);
    }
    return isOperator(c) ? operator(c) : one();
  }

  private Token sign(int c) {
    int second = peek(1);
    if (c == '-' && second == '-') {
      int third = peek(2);
      if (!dialect.strict || isSpace(third) || third == 0) {
        return lineComment(2);
      }
      // MySQL subtracts a negative number here.
      return dialect.mysql ? one() : dialect.isUnknown() ? rest() : lineComment(2);
    }
    if (isDigit(second) || second == '.') {
      return decimal(next(1));
    }
    return operator(c);
  }

  /** The character so many bytes ahead; 0 behind the end, and for a byte that is 0. */
  private int peek(int ahead) {
    int position = at + ahead;
    if (position >= text.length) {
      return 0;
    }
    int b = text[position];
    return b >= 0 ? b : decoded(position);
  }

  /** The character that begins at a byte, or the replacement character inside of one. */
  private int decoded(int position) {
    int first = text[position] & 0xff;
    int bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc0 || position + bytes > text.length) {
      return REPLACEMENT;
    }
    int c = first & (0xff >> (bytes + 1));
    for (int i = 1; i < bytes; i++) {
      c = (c << 6) | (text[position + i] & 0x3f);
    }
    return c;
  }

  /** Moves on, unless that is beyond the end, where the character is 0. */
  private int next(int bytes) {
    if (at + bytes > text.length) {
      return 0;
    }
    at += bytes;
    return peek(0);
  }

  private Token one() {
    next(1);
    return Token.OTHER;
  }

  private Token whitespace() {
    int c = next(1);
    while (isSpace(c)) {
      c = next(1);
    }
    return Token.OTHER;
  }

  private Token number(int first) {
    if (first == '0') {
      int second = peek(1);
      if (second == 'x' || second == 'X') {
        int c = next(2);
        while (Character.digit(c, 16) >= 0 && c < 0x80) {
          c = next(1);
        }
        return Token.LITERAL;
      }
      if (second >= '0' && second <= '7') {
        int c = next(2);
        while (c >= '0' && c <= '7') {
          c = next(1);
        }
        return Token.LITERAL;
      }
    }
    return decimal(next(1));
  }

  private Token decimal(int first) {
    int c = first;
    while (isDigit(c) || c == '.' || c == 'e' || c == 'E') {
      boolean exponent = c == 'e' || c == 'E';
      c = next(1);
      if (exponent && (c == '+' || c == '-') && (!dialect.strict || isDigit(peek(1)))) {
        c = next(1);
      }
    }
    return Token.LITERAL;
  }

  /** A string, also one whose end is missing. */
  private Token string(int delimiter) {
    boolean escaped = false;
    for (int c = next(1); c != 0; c = next(1)) {
      if (escaped) {
        escaped = false;
        if (c == delimiter && dialect.strict && !dialect.mysql) {
          return rest();
        }
      } else if (c == '\\') {
        escaped = true;
      } else if (c == delimiter) {
        next(1);
        break;
      }
    }
    return Token.LITERAL;
  }

  /** All that is left as one literal. */
  private Token rest() {
    at = text.length;
    return Token.LITERAL;
  }

  private Token word(int first) {
    int c = first;
    if (first < 0x80) {
      while (isAsciiLetter(c) || c == '_') {
        c = next(1);
      }
      if (at - start <= MAX_KEYWORD_BYTES && (isPunctuation(c) || isSpace(c) || c == 0)) {
        String upper =
            new String(text, start, at - start, StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
        if (LITERALS.contains(upper)) {
          return Token.LITERAL;
        }
        if (KEYWORDS.contains(upper)) {
          return Token.OTHER;
        }
      }
    }
    while (isOfNames(c) && !(dialect.strict && endsName(c))) {
      c = next(utf8Bytes(c));
    }
    if (dialect.strict && c == '\'' && isAlternativeQuote()) {
      return dialect.oracle ? alternativeQuoted() : dialect.isUnknown() ? rest() : Token.NAME;
    }
    return c == '(' && first < 0x80 ? Token.OTHER : Token.NAME;
  }

  /** Whether another token begins where the Collector's lexer goes on with a name: x"y". */
  private boolean endsName(int c) {
    return c == '"' || c == '/' || c == '!' || (c == '#' && dialect.mysql);
  }

  /** Whether the word is `q` or `nq`. */
  private boolean isAlternativeQuote() {
    int length = at - start;
    return (text[at - 1] | 0x20) == 'q'
        && (length == 1 || (length == 2 && (text[start] | 0x20) == 'n'));
  }

  /** `'[...]'` behind Oracle's `q`, also with its end missing; any character may be the bracket. */
  private Token alternativeQuoted() {
    int opening = next(1);
    int closing =
        switch (opening) {
          case '[' -> ']';
          case '(' -> ')';
          case '{' -> '}';
          case '<' -> '>';
          default -> opening;
        };
    int c = next(utf8Bytes(opening));
    while (at < text.length) {
      int bytes = utf8Bytes(c);
      if (c == closing && peek(bytes) == '\'') {
        next(bytes + 1);
        return Token.LITERAL;
      }
      c = next(bytes);
    }
    return Token.LITERAL;
  }

  private static int utf8Bytes(int c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }

  /** A name in quotes, or `"a"."b"`; without its end the Collector leaves it alone. */
  private Token quotedName(int quote) {
    int c = next(1);
    while (true) {
      if (c == quote) {
        if (peek(1) != '.' || peek(2) != quote) {
          next(1);
          return Token.NAME;
        }
        c = next(3);
      } else if (c == 0) {
        return dialect.strict ? rest() : Token.OTHER;
      } else {
        c = next(1);
      }
    }
  }

  private Token positional() {
    int c = next(2);
    while (isDigit(c)) {
      c = next(1);
    }
    return Token.LITERAL;
  }

  /** `$tag$...$tag$`; without its end it is left alone. */
  private Token dollarQuoted() {
    int c = next(1);
    while (at < text.length && c != '$') {
      c = next(1);
    }
    next(1);
    // The characters of the tag are compared with single bytes, as the original does.
    int[] tag = new String(text, start, at - start, StandardCharsets.UTF_8).codePoints().toArray();
    if (dialect.strict && !isTag(tag)) {
      return rest();
    }
    boolean function = new String(tag, 0, tag.length).equals("$func$");
    while (at < text.length) {
      if (matches(tag)) {
        next(tag.length);
        return function ? Token.FUNCTION_BODY : Token.LITERAL;
      }
      next(1);
    }
    return dialect.strict ? Token.LITERAL : Token.OTHER;
  }

  private static boolean isTag(int[] tag) {
    for (int c : tag) {
      if (!isAsciiLetter(c) && !isDigit(c) && c != '_' && c != '$') {
        return false;
      }
    }
    return true;
  }

  private boolean matches(int[] tag) {
    if (at + tag.length > text.length) {
      return false;
    }
    for (int i = 0; i < tag.length; i++) {
      if (text[at + i] != (byte) tag[i]) {
        return false;
      }
    }
    return true;
  }

  private Token at() {
    int second = peek(1);
    if (second == '@' || isAlphanumeric(second)) {
      int c = next(2);
      while (isAlphanumeric(c)) {
        c = next(1);
      }
      return Token.OTHER;
    }
    if (second == '?' || second == '>') {
      next(2);
      return Token.OTHER;
    }
    return operator('@');
  }

  private Token operator(int first) {
    if (dialect.strict) {
      // More than one would go on into a comment: `=/*`.
      return one();
    }
    int last = first;
    int c = next(1);
    boolean json =
        switch (last) {
          case '-', '<' -> c == (last == '-' ? '>' : '@');
          case '#' -> c == '>' || c == '-';
          case '?' -> c == '|' || c == '&';
          default -> false;
        };
    if (json) {
      boolean mayDouble = c == '>';
      c = next(1);
      if (mayDouble && c == '>') {
        next(1);
      }
      return Token.OTHER;
    }
    // `=?` is two tokens.
    while (isOperator(c) && !(last == '=' && (c == '?' || c == '@'))) {
      last = c;
      c = next(1);
    }
    return Token.OTHER;
  }

  private Token lineComment(int opening) {
    int c = next(opening);
    while (c != '\n' && c != 0) {
      c = next(1);
    }
    return Token.COMMENT;
  }

  private Token comment() {
    int c = next(2);
    while (c != 0 && !(c == '*' && peek(1) == '/')) {
      if (dialect.strict && c == '/' && peek(1) == '*') {
        // Some databases nest comments.
        return rest();
      }
      c = next(1);
    }
    if (c != 0) {
      next(2);
    }
    return Token.COMMENT;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isSpace(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private static boolean isAsciiLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isLetter(int c) {
    return isAsciiLetter(c) || c == '_' || (c > 0x7f && Character.isLetter(c));
  }

  private static boolean isAlphanumeric(int c) {
    return isLetter(c) || isDigit(c) || (c > 0x7f && isNumber(c));
  }

  private static boolean isNumber(int c) {
    int type = Character.getType(c);
    return type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }

  private static boolean isOfNames(int c) {
    return isLetter(c) || isDigit(c) || (c > 0 && c < 0x80 && "\".?$#/@!".indexOf(c) >= 0);
  }

  private static boolean isOperator(int c) {
    return c > 0 && c < 0x80 && "+-*/=<>!&|^%~?@:#".indexOf(c) >= 0;
  }

  private static boolean isPunctuation(int c) {
    return c > 0 && c < 0x80 && "(),;.:[]{}".indexOf(c) >= 0;
  }
}
