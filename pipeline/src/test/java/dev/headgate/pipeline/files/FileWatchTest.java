package dev.headgate.pipeline.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class FileWatchTest {
  @TempDir private Path folder;
  private final BlockingQueue<String> used = new LinkedBlockingQueue<>();

  private void use(List<byte[]> contents) {
    used.add(new String(contents.getFirst(), StandardCharsets.UTF_8));
  }

  @Test
  void files_without_an_interval_are_looked_at_when_told() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "old");
    try (FileWatch files = new FileWatch()) {
      FileWatch.Watched watched = files.watch("test", List.of(file), Duration.ZERO, this::use);
      assertThat(used.take()).isEqualTo("old");
      Files.writeString(file, "new");
      files.lookNow();
      assertThat(used.take()).isEqualTo("new");
      watched.close();
      Files.writeString(file, "newer");
      files.lookNow();
      Path other = Files.writeString(folder.resolve("other"), "other");
      FileWatch.Watched _ = files.watch("test", List.of(other), Duration.ofMillis(1), this::use);
      assertThat(used.take()).isEqualTo("other");
    }
  }

  @Test
  void a_watch_that_is_closed_looks_at_nothing() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "old");
    FileWatch files = new FileWatch();
    FileWatch.Watched _ = files.watch("test", List.of(file), Duration.ZERO, this::use);
    files.close();
    Files.writeString(file, "new");
    files.lookNow();
    assertThat(used).containsExactly("old");
  }
}
