package dev.headgate.pipeline.process.sanitize;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/// Commands of Redis, one a line, of which only the command and its key are left. What is not known
/// to be a key is a value, also behind a command that nobody knows.
///
/// **Threading:** confined to one thread.
final class StrictCommands {
  /// Commands all of whose arguments are keys.
  private static final Set<String> ONLY_KEYS =
      Set.of("DEL EXISTS MGET SDIFF SINTER SUNION TOUCH UNLINK WATCH".split(" "));

  /// Commands whose first argument is a key or a channel.
  private static final Set<String> KEY_FIRST =
      Set.of(
          ("APPEND BITCOUNT BITFIELD BITFIELD_RO BITPOS BLPOP BRPOP BRPOPLPUSH COPY DECR DECRBY"
                  + " DUMP EXPIRE EXPIREAT EXPIRETIME GEOADD GEODIST GEOHASH GEOPOS GEORADIUS"
                  + " GEORADIUSBYMEMBER GEOSEARCH GET GETBIT GETDEL GETEX GETRANGE GETSET HDEL HEXISTS"
                  + " HGET HGETALL HINCRBY HINCRBYFLOAT HKEYS HLEN HMGET HMSET HRANDFIELD HSCAN HSET"
                  + " HSETNX HSTRLEN HVALS INCR INCRBY INCRBYFLOAT LINDEX LINSERT LLEN LMOVE LPOP LPOS"
                  + " LPUSH LPUSHX LRANGE LREM LSET LTRIM MOVE MSET MSETNX PERSIST PEXPIRE PEXPIREAT"
                  + " PEXPIRETIME PFADD PFCOUNT PFMERGE PSETEX PTTL PUBLISH RENAME RENAMENX RESTORE"
                  + " RPOP RPOPLPUSH RPUSH RPUSHX SADD SCARD SET SETBIT SETEX SETNX SETRANGE SISMEMBER"
                  + " SMEMBERS SMISMEMBER SMOVE SORT SORT_RO SPOP SPUBLISH SRANDMEMBER SREM SSCAN"
                  + " STRLEN SUBSCRIBE TTL TYPE XACK XADD XCLAIM XDEL XLEN XPENDING XRANGE XREVRANGE"
                  + " XTRIM ZADD ZCARD ZCOUNT ZINCRBY ZLEXCOUNT ZMSCORE ZPOPMAX ZPOPMIN ZRANGE"
                  + " ZRANGEBYLEX ZRANGEBYSCORE ZRANK ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK"
                  + " ZREMRANGEBYSCORE ZREVRANGE ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE")
              .split(" "));

  /// Further commands, which may begin a line behind the first.
  private static final Set<String> WITHOUT_KEY =
      Set.of("AUTH DISCARD ECHO EVAL EVALSHA EXEC FCALL HELLO MULTI PING SELECT".split(" "));

  private final byte[] text;
  private final ByteArrayOutputStream out;
  private int at;
  // Of the word that was read.
  private int from;
  private boolean open;

  private StrictCommands(byte[] text) {
    this.text = text;
    this.out = new ByteArrayOutputStream(text.length);
  }

  /// The commands without what may be a value.
  static byte[] withoutValues(byte[] text) {
    StrictCommands commands = new StrictCommands(GoSpace.trim(text));
    boolean first = true;
    while (commands.at < commands.text.length) {
      commands.line(first);
      first = false;
    }
    return commands.out.toByteArray();
  }

  private void line(boolean first) {
    if (!first) {
      out.write('\n');
    }
    if (!word()) {
      return;
    }
    String command = command();
    boolean onlyKeys = ONLY_KEYS.contains(command);
    boolean key = onlyKeys || KEY_FIRST.contains(command);
    // A line behind the first may also be one of a value.
    if (key || WITHOUT_KEY.contains(command) || (first && isName(command))) {
      keep();
    } else {
      out.write('?');
    }
    boolean masked = false;
    while (word()) {
      // Behind `;` another command may begin.
      if (key && !masked && !open) {
        out.write(' ');
        keep();
        key = onlyKeys && !contains(';');
      } else if (!masked) {
        out.write(' ');
        out.write('?');
        masked = true;
      }
    }
  }

  /** Reads a word of this line; false when none is left, then it stands on the next line. */
  private boolean word() {
    while (at < text.length && isBlank(text[at])) {
      at++;
    }
    if (at == text.length) {
      return false;
    }
    if (text[at] == '\n') {
      at++;
      return false;
    }
    from = at;
    open = false;
    if (text[at] == '"' || text[at] == '\'') {
      quoted(text[at]);
    }
    while (at < text.length && !isBlank(text[at]) && text[at] != '\n') {
      at++;
    }
    return true;
  }

  private void quoted(byte quote) {
    for (at++; at < text.length; at++) {
      if (text[at] == '\\') {
        at++;
      } else if (text[at] == quote) {
        at++;
        return;
      }
    }
    at = text.length;
    open = true;
  }

  private String command() {
    byte[] word = Arrays.copyOfRange(text, from, at);
    return new String(word, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
  }

  /** Whether it is written as commands are, those of modules too: `FT.SEARCH`. */
  private static boolean isName(String command) {
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (!(c >= 'A' && c <= 'Z') && c != '.' && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private boolean contains(char c) {
    for (int i = from; i < at; i++) {
      if (text[i] == c) {
        return true;
      }
    }
    return false;
  }

  private void keep() {
    out.write(text, from, at - from);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }
}
