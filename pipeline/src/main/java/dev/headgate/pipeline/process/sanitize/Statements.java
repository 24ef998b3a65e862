package dev.headgate.pipeline.process.sanitize;

import dev.headgate.config.RedactionConfig.Database;
import dev.headgate.pipeline.wire.Utf8;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Statements without their literals, as the Collector's `db_sanitizer` leaves them. All texts are
/// UTF-8; every language takes time linear in the text.
final class Statements {
  private static final byte[] FUNCTION = Utf8.bytes("$func$");

  private Statements() {}

  /// The statement without its literals.
  ///
  /// @param mysql whether SQL is MySQL's
  static byte[] without(Database database, byte[] text, boolean mysql) {
    return switch (database) {
      case SQL -> sql(text, mysql);
      case REDIS, VALKEY -> RedisCommands.withoutValues(text);
      case MEMCACHED -> memcached(text);
      case MONGO, OPENSEARCH, ES -> JsonQuery.withoutValues(text);
    };
  }

  private static byte[] sql(byte[] text, boolean mysql) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length);
    SqlLexer lexer = new SqlLexer(text, mysql);
    while (true) {
      SqlLexer.Token token = lexer.next();
      int from = lexer.start();
      int to = lexer.end();
      switch (token) {
        case END -> {
          return GoSpace.trim(out.toByteArray());
        }
        case LITERAL -> out.write('?');
        case NAME -> name(text, from, to, out);
        case FUNCTION_BODY -> {
          byte[] body = Arrays.copyOfRange(text, from + FUNCTION.length, to - FUNCTION.length);
          out.writeBytes(FUNCTION);
          // It does not hold its own delimiter, so this goes no deeper.
          out.writeBytes(sql(body, mysql));
          out.writeBytes(FUNCTION);
        }
        case OTHER -> out.write(text, from, to - from);
      }
    }
  }

  /** A name with a `?` for each run of digits. */
  private static void name(byte[] text, int from, int to, ByteArrayOutputStream out) {
    boolean inDigits = false;
    for (int at = from; at < to; at++) {
      boolean digit = text[at] >= '0' && text[at] <= '9';
      if (!digit) {
        out.write(text[at]);
      } else if (!inDigits) {
        out.write('?');
      }
      inDigits = digit;
    }
  }

  /** The first line: values stand on the next one. */
  private static byte[] memcached(byte[] text) {
    int end = 0;
    while (end < text.length
        && !(text[end] == '\r' && end + 1 < text.length && text[end + 1] == '\n')) {
      end++;
    }
    return GoSpace.trim(Arrays.copyOf(text, end));
  }
}
