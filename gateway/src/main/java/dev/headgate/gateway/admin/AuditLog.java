package dev.headgate.gateway.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What was changed and done, by whom and with which outcome: JSON lines in a file or on standard
/// error. The file is opened for every line, so that it can be rotated by moving it away.
///
/// **Threading:** any thread; one line at a time.
public final class AuditLog {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
  private static final JsonFactory JSON = new JsonFactory();

  private final PrintStream standard;
  private final InstantSource clock;
  private final ReentrantLock writing = new ReentrantLock();
  private Place place = new Place(null);

  /// @param standard where lines go without a file
  public AuditLog(PrintStream standard, InstantSource clock) {
    this.standard = standard;
    this.clock = clock;
  }

  /// Makes sure that a file can be written.
  ///
  /// @throws IOException when it cannot, with the key, the file and the reason
  public static void check(Path file) throws IOException {
    try {
      append(file, new byte[0]);
    } catch (IOException e) {
      String reason =
          switch (e) {
            case NoSuchFileException _ -> "no such folder";
            case AccessDeniedException _ -> "not allowed to write";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> e.getClass().getSimpleName();
          };
      throw new IOException(
          "audit_log: " + file + ": " + reason + " (expected: a file that can be written)", e);
    }
  }

  /// Where entries go.
  ///
  /// @param file null = standard error
  public record Place(@Nullable Path file) {}

  /// Where entries go now.
  public Place place() {
    writing.lock();
    try {
      return place;
    } finally {
      writing.unlock();
    }
  }

  /// Writes to another place from now on. Whoever changes that says so in both, see
  /// [#write(AuditEvent, Place)]: nobody silences the log by moving it.
  public void use(Place next) {
    writing.lock();
    try {
      place = next;
    } finally {
      writing.unlock();
    }
  }

  /// Writes an entry.
  ///
  /// @return whether it was written where it should be; else it is in the gateway's log
  public boolean write(AuditEvent event) {
    return write(event, place());
  }

  /// Writes an entry, also where entries went before what it tells of.
  ///
  /// @return whether it was written where entries go now; else it is in the gateway's log
  public boolean write(AuditEvent event, Place before) {
    byte[] line = line(event);
    writing.lock();
    try {
      if (!before.equals(place)) {
        boolean _ = write(before.file(), line);
      }
      return write(place.file(), line);
    } finally {
      writing.unlock();
    }
  }

  private boolean write(@Nullable Path to, byte[] line) {
    if (to == null) {
      standard.write(line, 0, line.length);
      standard.flush();
      return true;
    }
    try {
      append(to, line);
      return true;
    } catch (IOException e) {
      String text = new String(line, StandardCharsets.UTF_8).strip();
      LOG.error("audit: {} cannot be written ({}): {}", to, e.getClass().getSimpleName(), text);
      return false;
    }
  }

  private static void append(Path file, byte[] line) throws IOException {
    try (OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write(line);
    }
  }

  private byte[] line(AuditEvent event) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("ts", clock.instant().toString());
      json.writeStringField("logger", "audit");
      json.writeStringField("action", event.action().label());
      json.writeStringField("outcome", event.outcome().label());
      Caller caller = event.caller();
      json.writeStringField("who", caller.name());
      json.writeStringField("role", caller.role().name().toLowerCase(Locale.ROOT));
      json.writeStringField("by", caller.way().name().toLowerCase(Locale.ROOT));
      json.writeStringField("remote", caller.remote());
      json.writeStringField("config_before", event.before());
      json.writeStringField("config_after", event.after());
      json.writeObjectFieldStart("metadata");
      for (var entry : new TreeMap<>(event.metadata()).entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.write('\n');
    return out.toByteArray();
  }
}
