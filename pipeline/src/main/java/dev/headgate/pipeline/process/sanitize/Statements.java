package dev.headgate.pipeline.process.sanitize;

import dev.headgate.config.RedactionConfig.Database;
import dev.headgate.pipeline.process.sanitize.SqlLexer.Dialect;
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
      case SQL -> sql(text, mysql ? Dialect.COLLECTOR_MYSQL : Dialect.COLLECTOR);
      case REDIS, VALKEY -> RedisCommands.withoutValues(text);
      case MEMCACHED -> memcached(text, false);
      case MONGO, OPENSEARCH, ES -> JsonQuery.withoutValues(text);
    };
  }

  /// A statement of any database without its literals. What is no text of a known language is read
  /// as SQL in which whatever may be a literal is one.
  ///
  /// @param system the database as attributes name it, in lower case; empty when they do not
  static byte[] withoutAny(byte[] text, String system) {
    return switch (system) {
      case "redis", "valkey" -> StrictCommands.withoutValues(text);
      case "memcached" -> memcached(text, true);
      default -> {
        byte[] query = JsonQuery.maskedJson(text);
        yield query != null ? query : sql(text, dialect(system));
      }
    };
  }

  private static Dialect dialect(String system) {
    return switch (system) {
      case "mysql", "mariadb" -> Dialect.MYSQL;
      case "postgresql",
          "db2",
          "ibm.db2",
          "cockroachdb",
          "redshift",
          "aws.redshift",
          "h2",
          "h2database",
          "hsqldb",
          "derby",
          "snowflake",
          "trino",
          "clickhouse",
          "cassandra",
          "firebird",
          "firebirdsql",
          "hanadb",
          "sap.hana",
          "teradata",
          "vertica" ->
          Dialect.STANDARD;
      case "oracle", "oracle.db" -> Dialect.ORACLE;
      // Also SQL Server, where QUOTED_IDENTIFIER says what double quotes hold.
      default -> Dialect.UNKNOWN;
    };
  }

  private static byte[] sql(byte[] text, Dialect dialect) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length);
    SqlLexer lexer = new SqlLexer(text, dialect);
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
          out.writeBytes(sql(body, dialect));
          out.writeBytes(FUNCTION);
        }
        case COMMENT -> {
          if (dialect.strict()) {
            out.write(' ');
          } else {
            out.write(text, from, to - from);
          }
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

  /**
   * The first line: values stand on the next one.
   *
   * @param strict whether either half of CRLF ends a line
   */
  private static byte[] memcached(byte[] text, boolean strict) {
    int end = 0;
    while (end < text.length && !endsLine(text, end, strict)) {
      end++;
    }
    return GoSpace.trim(Arrays.copyOf(text, end));
  }

  private static boolean endsLine(byte[] text, int at, boolean strict) {
    if (strict) {
      return text[at] == '\r' || text[at] == '\n';
    }
    return text[at] == '\r' && at + 1 < text.length && text[at + 1] == '\n';
  }
}
