package dev.headgate.bench.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Where the comparison says what it does and keeps what it found: words on standard error as they
/// come, rows in `rows.jsonl` at once, so that an interrupted run leaves what it had.
///
/// **Threading:** one thread writes; any may read [#rows()] and [#notes()].
final class Console {
  private final PrintStream words;
  private final Path rowFile;
  private final List<Row> rows = new CopyOnWriteArrayList<>();
  private final List<String> notes = new CopyOnWriteArrayList<>();

  Console(PrintStream words, Path folder) {
    this.words = words;
    this.rowFile = folder.resolve("rows.jsonl");
  }

  /// Says what happens.
  void say(String format, Object... arguments) {
    words.println(format.formatted(arguments));
  }

  /// Says what the report has to repeat: what is missing, what could not be measured.
  void note(String format, Object... arguments) {
    String note = format.formatted(arguments);
    notes.add(note);
    words.println(note);
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
