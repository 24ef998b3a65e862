package dev.headgate.pipeline.process.sanitize;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Redis commands, one a line, with `?` in the place of values; which arguments are values depends
/// on the command. Decides as the Collector's `db_sanitizer` does (DataDog's obfuscate).
final class RedisCommands {
  private static final String MASK = "?";

  private final byte[] text;
  private final StringBuilder out;
  private int at = -1;
  private boolean done;
  private boolean inArguments;

  private RedisCommands(byte[] text) {
    this.text = text;
    this.out = new StringBuilder(text.length);
  }

  /// The commands without their values.
  static byte[] withoutValues(byte[] text) {
    // Every delimiter is ASCII, so bytes may stand for characters here.
    RedisCommands commands = new RedisCommands(GoSpace.trim(text));
    commands.read();
    byte[] result = new byte[commands.out.length()];
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) commands.out.charAt(i);
    }
    return result;
  }

  private void read() {
    String command = "";
    List<String> arguments = new ArrayList<>();
    do {
      if (inArguments) {
        arguments.add(argument());
      } else {
        String next = command();
        if (!command.isEmpty()) {
          write(command, arguments);
          out.append('\n');
        }
        command = next;
        arguments.clear();
      }
    } while (!done);
    write(command, arguments);
  }

  private int advance() {
    at++;
    if (at < text.length) {
      return text[at] & 0xff;
    }
    done = true;
    return text.length == 0 ? 0 : text[text.length - 1] & 0xff;
  }

  private String command() {
    StringBuilder token = new StringBuilder();
    boolean started = false;
    while (true) {
      int c = advance();
      if (done) {
        return token.toString();
      }
      if (c == ' ') {
        if (started) {
          inArguments = true;
          skipSpace();
          return token.toString();
        }
        skipSpace();
      } else if (c == '\n') {
        return token.toString();
      } else {
        token.append((char) c);
      }
      started = true;
    }
  }

  private String argument() {
    StringBuilder token = new StringBuilder();
    boolean quoted = false;
    boolean escaped = false;
    while (true) {
      int c = advance();
      if (done) {
        return token.toString();
      }
      if (c == '\n' && !quoted) {
        inArguments = false;
        return token.toString();
      }
      if (c == ' ' && !quoted) {
        skipSpace();
        return token.toString();
      }
      token.append((char) c);
      if (c == '"' && !escaped) {
        quoted = !quoted;
      }
      escaped = c == '\\' && !escaped;
    }
  }

  /** Past the white space that begins here; a command follows when it ends a line. */
  private void skipSpace() {
    int c = text[at] & 0xff;
    while (!done && (c == ' ' || c == '\t' || c == '\r')) {
      c = advance();
    }
    if (c == '\n') {
      inArguments = false;
    } else {
      at--;
    }
  }

  private void write(String command, List<String> arguments) {
    out.append(command);
    if (!arguments.isEmpty()) {
      out.append(' ').append(String.join(" ", masked(command, arguments)));
    }
  }

  private static List<String> masked(String command, List<String> arguments) {
    switch (command.toUpperCase(Locale.ROOT)) {
      case "AUTH" -> {
        return List.of(MASK);
      }
      case "APPEND",
          "GETSET",
          "LPUSHX",
          "GEORADIUSBYMEMBER",
          "RPUSHX",
          "SET",
          "SETNX",
          "SISMEMBER",
          "ZRANK",
          "ZREVRANK",
          "ZSCORE" ->
          mask(arguments, 1);
      case "HSETNX",
          "LREM",
          "LSET",
          "SETBIT",
          "SETEX",
          "PSETEX",
          "SETRANGE",
          "ZINCRBY",
          "SMOVE",
          "RESTORE" ->
          mask(arguments, 2);
      case "LINSERT" -> mask(arguments, 3);
      case "GEOHASH", "GEOPOS", "GEODIST", "LPUSH", "RPUSH", "SREM", "ZREM", "SADD" -> {
        mask(arguments, 1);
        return arguments.subList(0, Math.min(2, arguments.size()));
      }
      case "GEOADD" -> maskEvery(arguments, 1, 3);
      case "HSET", "HMSET" -> maskEvery(arguments, 1, 2);
      case "MSET", "MSETNX" -> maskEvery(arguments, 0, 2);
      case "CONFIG" -> {
        if (arguments.getFirst().equalsIgnoreCase("SET")) {
          mask(arguments, 2);
        }
      }
      case "BITFIELD" -> maskBitfield(arguments);
      case "ZADD" -> maskEvery(arguments, firstScore(arguments), 2);
      default -> {
        // The others have no values, or are not known.
      }
    }
    return arguments;
  }

  private static void mask(List<String> arguments, int index) {
    if (index < arguments.size()) {
      arguments.set(index, MASK);
    }
  }

  private static void maskEvery(List<String> arguments, int start, int step) {
    for (int i = start + step - 1; i < arguments.size(); i += step) {
      arguments.set(i, MASK);
    }
  }

  /** The third argument behind the last SET. */
  private static void maskBitfield(List<String> arguments) {
    int set = 0;
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equalsIgnoreCase("SET")) {
        set = i;
      }
      if (set > 0 && i - set == 3) {
        arguments.set(i, MASK);
        return;
      }
    }
  }

  /** ZADD key [NX|XX] [CH] [INCR] score member [score member ...] */
  private static int firstScore(List<String> arguments) {
    int last = 0;
    for (int i = 1; i < arguments.size(); i++) {
      last = i;
      switch (arguments.get(i)) {
        case "NX", "XX", "CH", "INCR" -> {
          // An option.
        }
        default -> {
          return i;
        }
      }
    }
    return last;
  }
}
