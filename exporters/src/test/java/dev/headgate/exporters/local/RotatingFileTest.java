package dev.headgate.exporters.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {
  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void name() {
    path = folder.resolve("missing/out.jsonl");
  }

  private static byte[] line(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Path backup(int number) {
    return path.resolveSibling("out.jsonl." + number);
  }

  private void appendOneByOne(RotatingFile file, int from, int to) throws IOException {
    for (int i = from; i <= to; i++) {
      file.append(List.of(line("line" + i)));
    }
  }

  @Test
  void continues_or_replaces_an_existing_file() throws Exception {
    try (RotatingFile file = new RotatingFile(path, true, 0, 0)) {
      file.append(List.of(line("a"), line("b")));
    }
    try (RotatingFile file = new RotatingFile(path, true, 0, 0)) {
      file.append(List.of(line("c")));
    }
    assertThat(path).hasContent("a\nb\nc\n");
    try (RotatingFile file = new RotatingFile(path, false, 0, 0)) {
      file.append(List.of(line("d")));
    }
    assertThat(path).hasContent("d\n");
  }

  @Test
  void a_run_without_lines_leaves_the_file_alone() throws Exception {
    Files.createDirectories(path.getParent());
    Files.writeString(path, "a");
    new RotatingFile(path, false, 0, 0).close();
    new RotatingFile(path, true, 0, 0).close();
    assertThat(path).hasContent("a");
  }

  @Test
  void ends_a_line_that_was_cut_short() throws Exception {
    Files.createDirectories(path.getParent());
    Files.writeString(path, "a\nhal");
    try (RotatingFile file = new RotatingFile(path, true, 0, 0)) {
      file.append(List.of(line("b")));
    }
    assertThat(path).hasContent("a\nhal\nb\n");
  }

  @Test
  void keeps_so_many_backups_and_the_newest_has_the_lowest_number() throws Exception {
    try (RotatingFile file = new RotatingFile(path, true, 6, 2)) {
      appendOneByOne(file, 1, 5);
    }
    assertThat(path).hasContent("line5\n");
    assertThat(backup(1)).hasContent("line4\n");
    assertThat(backup(2)).hasContent("line3\n");
    assertThat(backup(3)).doesNotExist();
  }

  @Test
  void keeps_all_backups_when_none_are_to_be_deleted_also_over_restarts() throws Exception {
    for (int start = 1; start <= 5; start += 2) {
      try (RotatingFile file = new RotatingFile(path, true, 6, 0)) {
        appendOneByOne(file, start, start + 1);
      }
    }
    for (int i = 1; i <= 5; i++) {
      assertThat(backup(6 - i)).hasContent("line" + i + "\n");
    }
    assertThat(path).hasContent("line6\n");
  }

  @Test
  void lines_of_one_request_stay_together() throws Exception {
    try (RotatingFile file = new RotatingFile(path, true, 6, 0)) {
      file.append(List.of(line("long line 1"), line("long line 2")));
      file.append(List.of(line("c")));
    }
    assertThat(backup(1)).hasContent("long line 1\nlong line 2\n");
    assertThat(path).hasContent("c\n");
  }

  @Test
  void goes_on_when_a_rotation_failed_and_the_obstacle_is_gone() throws Exception {
    try (RotatingFile file = new RotatingFile(path, true, 6, 0)) {
      file.append(List.of(line("line1")));
      Path away = folder.resolve("away");
      Files.move(path.getParent(), away);
      assertThatThrownBy(() -> file.append(List.of(line("line2")))).isInstanceOf(IOException.class);
      Files.move(away, path.getParent());
      file.append(List.of(line("line2")));
    }
    assertThat(backup(1)).hasContent("line1\n");
    assertThat(path).hasContent("line2\n");
  }

  @Test
  void takes_nothing_after_close() throws Exception {
    RotatingFile file = new RotatingFile(path, true, 0, 0);
    file.close();
    assertThatThrownBy(() -> file.append(List.of(line("a")))).hasMessage("file closed");
    assertThat(path).isEmptyFile();
  }
}
