package dev.headgate.pipeline.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFilesTest {
  @TempDir private Path folder;
  private Path one;
  private Path two;
  private final List<String> used = new ArrayList<>();
  private WatchedFiles watched;

  @BeforeEach
  void write_two_files() throws IOException {
    one = Files.writeString(folder.resolve("one"), "a");
    two = Files.writeString(folder.resolve("two"), "b");
    watched = new WatchedFiles("test", List.of(one, two), this::use);
    watched.readFirst();
  }

  private void use(List<byte[]> contents) throws IOException {
    StringBuilder text = new StringBuilder();
    contents.forEach(bytes -> text.append(new String(bytes, StandardCharsets.UTF_8)));
    if (text.indexOf("bad") >= 0) {
      throw new IOException("test: bad");
    }
    used.add(text.toString());
  }

  @Test
  void what_did_not_change_is_not_used_again() throws IOException {
    Files.writeString(one, "a");
    watched.look();
    assertThat(used).containsExactly("ab");
  }

  @Test
  void a_change_of_either_file_is_used() throws IOException {
    Files.writeString(two, "c");
    watched.look();
    Files.writeString(one, "b");
    watched.look();
    assertThat(used).containsExactly("ab", "ac", "bc");
  }

  @Test
  void what_is_not_usable_yet_is_looked_at_again() throws IOException {
    Files.writeString(one, "bad");
    watched.look();
    Files.delete(one);
    watched.look();
    assertThat(used).containsExactly("ab");
    Files.writeString(one, "x");
    watched.look();
    assertThat(used).containsExactly("ab", "xb");
  }

  @Test
  void who_wants_to_hear_that_a_file_is_gone_hears_it_and_that_it_is_back() throws IOException {
    WatchedFiles.Use hearing =
        new WatchedFiles.Use() {
          @Override
          public void accept(List<byte[]> contents) throws IOException {
            use(contents);
          }

          @Override
          public void lost(IOException why) {
            used.add(String.valueOf(why.getMessage()));
          }
        };
    WatchedFiles heard = new WatchedFiles("test", List.of(one), hearing);
    heard.readFirst();
    used.clear();
    Files.delete(one);
    heard.look();
    Files.writeString(one, "a");
    heard.look();
    heard.look();
    assertThat(used)
        .containsExactly("test: " + one + ": no such file (expected: a readable file)", "a");
  }

  @Test
  void a_link_that_is_turned_to_another_file_is_a_change() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), one);
    WatchedFiles linked = new WatchedFiles("test", List.of(link), this::use);
    linked.readFirst();
    Files.delete(link);
    Files.createSymbolicLink(link, two);
    linked.look();
    assertThat(used).endsWith("a", "b");
  }

  @Test
  void the_first_reading_fails_with_the_file_and_the_reason() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> new WatchedFiles("tls", List.of(missing), this::use).readFirst())
        .hasMessage("tls: " + missing + ": no such file (expected: a readable file)");
  }

  @Test
  void a_file_that_is_too_large_is_refused() throws IOException {
    Files.write(one, new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> new WatchedFiles("tls", List.of(one), this::use).readFirst())
        .hasMessageContaining("larger than 1048576 bytes");
  }
}
