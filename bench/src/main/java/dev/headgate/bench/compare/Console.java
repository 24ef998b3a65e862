package dev.headgate.bench.compare;

import dev.headgate.pipeline.payload.NanoClock;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Where the comparison says what it does and keeps what it found: words on standard error as they
/// come, with the time since the start, rows in `rows.jsonl` at once, so that an interrupted run
/// leaves what it had.
///
/// **Threading:** one thread writes; any may read [#rows()] and [#notes()].
final class Console {
  private final PrintStream words;
  private final NanoClock clock;
  private final long startNanos;
  private final Path rowFile;
  private final List<Row> rows = new CopyOnWriteArrayList<>();
  private final List<String> notes = new CopyOnWriteArrayList<>();

  Console(PrintStream words, Path folder, NanoClock clock) {
    this.clock = clock;
    this.startNanos = clock.nanoTime();
    this.words = words;
    this.rowFile = folder.resolve("rows.jsonl");
  }

  /// Says what happens.
  void say(String format, Object... arguments) {
    long seconds = (clock.nanoTime() - startNanos) / 1_000_000_000;
    words.println("%4d s  ".formatted(seconds) + format.formatted(arguments));
  }

  /// Says what the report has to repeat: what is missing, what could not be measured.
  void note(String format, Object... arguments) {
    String note = format.formatted(arguments);
    notes.add(note);
    say("%s", note);
  }

  /// Keeps a row.
  void add(Row row) {
    rows.add(row);
    try {
      Files.writeString(
          rowFile, row.toJson() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }

  List<String> notes() {
    return List.copyOf(notes);
  }
}
