package dev.headgate.gateway.log;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes log records as JSON lines. Messages are ours and hold no payload; of an exception only
/// its type and frames are written, because its text may come from outside.
///
/// **Threading:** any thread.
public final class JsonLog extends Formatter {
  private static final int MAX_MESSAGE_CHARS = 2_000;
  private static final int MAX_FRAMES = 20;

  /// The transports report with a stack trace whatever a client does wrong, stream by stream, and
  /// several times a second that a backend's name is not found; the receivers count and answer the
  /// one, the exporters say the other. Held here, because the log manager forgets the level of a
  /// logger nobody holds.
  private static final List<Logger> TRANSPORTS =
      Stream.of("io.grpc.internal.ManagedChannelImpl", "io.grpc.netty.shaded", "io.netty")
          .map(Logger::getLogger)
          .toList();

  private static final Logger HEADGATE = Logger.getLogger("dev.headgate");

  private JsonLog() {}

  /// Sends everything of at least this severity to standard error.
  ///
  /// @param level DEBUG, INFO, WARN or ERROR
  public static void install(String level) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    ConsoleHandler console = new ConsoleHandler();
    console.setFormatter(new JsonLog());
    console.setLevel(Level.ALL);
    root.addHandler(console);
    root.setLevel(Level.WARNING);
    TRANSPORTS.forEach(transport -> transport.setLevel(Level.SEVERE));
    level(level);
  }

  /// Writes everything of at least this severity from now on.
  ///
  /// @param level DEBUG, INFO, WARN or ERROR
  public static void level(String level) {
    HEADGATE.setLevel(julLevel(level));
  }

  private static Level julLevel(String level) {
    return switch (level.toUpperCase(Locale.ROOT)) {
      case "DEBUG" -> Level.FINE;
      case "WARN" -> Level.WARNING;
      case "ERROR" -> Level.SEVERE;
      default -> Level.INFO;
    };
  }

  @Override
  public String format(LogRecord entry) {
    StringBuilder line = new StringBuilder(160);
    line.append("{\"ts\":\"").append(entry.getInstant()).append("\",\"level\":\"");
    line.append(levelName(entry.getLevel())).append("\",\"logger\":");
    quote(line, shortName(entry.getLoggerName()));
    line.append(",\"msg\":");
    quote(line, formatMessage(entry));
    if (entry.getThrown() != null) {
      line.append(",\"error\":");
      quote(line, stack(entry.getThrown()));
    }
    return line.append("}\n").toString();
  }

  private static String stack(Throwable thrown) {
    StringBuilder text = new StringBuilder(thrown.getClass().getName());
    StackTraceElement[] frames = thrown.getStackTrace();
    for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
      text.append(" at ").append(frames[i]);
    }
    return text.toString();
  }

  private static String levelName(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (value >= Level.WARNING.intValue()) {
      return "warn";
    }
    return value >= Level.INFO.intValue() ? "info" : "debug";
  }

  private static String shortName(@Nullable String logger) {
    return logger == null ? "" : logger.substring(logger.lastIndexOf('.') + 1);
  }

  private static void quote(StringBuilder line, String text) {
    String cut = text.length() > MAX_MESSAGE_CHARS ? text.substring(0, MAX_MESSAGE_CHARS) : text;
    line.append('"');
    JsonStringEncoder.getInstance().quoteAsString(cut, line);
    line.append('"');
  }
}
