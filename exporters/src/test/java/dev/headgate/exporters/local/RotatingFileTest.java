package dev.headgate.exporters.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RotatingFileTest {
  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void name_the_file() {
    path = folder.resolve("out.jsonl");
  }

  @Test
  void an_opened_file_keeps_its_content_until_the_first_line() throws IOException {
    Files.writeString(path, "of an earlier run\n");
    try (RotatingFile file = new RotatingFile(path, false, 0, 0)) {
      assertThat(path).hasContent("of an earlier run\n");
      write(file, "first", "second");
      assertThat(path).hasContent("first\nsecond\n");
    }
  }

  @Test
  void append_continues_a_file() throws IOException {
    Files.writeString(path, "of an earlier run\n");
    try (RotatingFile file = new RotatingFile(path, true, 0, 0)) {
      write(file, "first");
      assertThat(path).hasContent("of an earlier run\nfirst\n");
    }
  }

  @Test
  void the_newest_backup_has_the_lowest_number_and_the_oldest_goes() throws IOException {
    try (RotatingFile file = new RotatingFile(path, false, 2, 2)) {
      write(file, "a", "b", "c", "d");
    }
    assertThat(path).hasContent("d\n");
    assertThat(folder.resolve("out.jsonl.1")).hasContent("c\n");
    assertThat(folder.resolve("out.jsonl.2")).hasContent("b\n");
    assertThat(folder.resolve("out.jsonl.3")).doesNotExist();
  }

  @Test
  void all_backups_are_kept_without_a_limit() throws IOException {
    try (RotatingFile file = new RotatingFile(path, false, 2, 0)) {
      write(file, "a", "b", "c", "d");
    }
    assertThat(path).hasContent("d\n");
    assertThat(folder.resolve("out.jsonl.3")).hasContent("a\n");
  }

  private static void write(RotatingFile file, String... lines) throws IOException {
    for (String line : lines) {
      file.appendLine(line.getBytes(UTF_8));
    }
  }
}
