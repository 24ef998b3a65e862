package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// `deploy/image/headgate` with a Java that only shows its arguments: which cache it is given.
@EnabledOnOs(OS.LINUX)
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ImageLauncherTest {
  private static final Path IMAGE =
      Path.of("").toAbsolutePath().getParent().resolve("deploy/image");
  private static final String HOME = "/opt/headgate";
  private static final FileTime BUILT = FileTime.from(Instant.parse("2026-11-21T10:00:00Z"));

  @TempDir Path home;

  @BeforeEach
  void assemble() throws IOException, InterruptedException {
    Files.createDirectories(home.resolve("runtime/bin"));
    Files.createDirectories(home.resolve("lib"));
    Path java = Files.writeString(home.resolve("runtime/bin/java"), "#!/bin/sh\necho \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(home.resolve("headgate.aot"), "trained");
    replace("a.jar", "one", BUILT);
    replace("B.jar", "two", BUILT);
    // The very line that lists them in the build.
    String list =
        Files.readAllLines(IMAGE.resolve("assemble")).stream()
            .filter(line -> line.startsWith("stat "))
            .findFirst()
            .orElseThrow();
    run("home=" + home + "; export LC_ALL=C; " + list);
  }

  private void replace(String jar, String content, FileTime time) throws IOException {
    Path file = Files.writeString(home.resolve("lib").resolve(jar), content);
    Files.setLastModifiedTime(file, time);
  }

  private static String run(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(List.of("sh", "-c", script)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private String start() throws IOException, InterruptedException {
    return run(script());
  }

  private String script() throws IOException {
    String script = Files.readString(IMAGE.resolve("headgate"));
    assertThat(script).contains("home=" + HOME + "\n");
    return script.replace("home=" + HOME, "home=" + home);
  }

  private String cache() {
    return "-XX:AOTCache=" + home + "/headgate.aot";
  }

  @Test
  void the_cache_is_used_with_the_jars_it_was_trained_with() throws Exception {
    assertThat(start()).contains(cache());
  }

  @Test
  void the_cache_of_replaced_jars_is_not_used() throws Exception {
    replace("a.jar", "patched", BUILT);
    assertThat(start()).doesNotContain("AOTCache").contains("Headgate");
    replace("a.jar", "new", FileTime.from(BUILT.toInstant().minusSeconds(1)));
    assertThat(start()).doesNotContain("AOTCache");
    replace("a.jar", "one", BUILT);
    assertThat(start()).contains(cache());
    Files.delete(home.resolve("lib/B.jar"));
    assertThat(start()).doesNotContain("AOTCache");
  }

  @Test
  void without_a_cache_there_is_none() throws Exception {
    Files.delete(home.resolve("headgate.aot"));
    Files.delete(home.resolve("headgate.aot.jars"));
    assertThat(start()).doesNotContain("AOTCache").contains("Headgate").doesNotContain("No such");
  }

  @Test
  void a_cache_that_does_not_say_of_which_jars_it_is_is_not_used() throws Exception {
    Files.delete(home.resolve("headgate.aot.jars"));
    assertThat(start()).doesNotContain("AOTCache").contains("Headgate");
  }

  @Test
  void a_cache_that_cannot_be_compared_for_want_of_programs_is_not_used() throws Exception {
    String without = "PATH=" + home + "/none\n" + script();
    assertThat(run(without)).doesNotContain("AOTCache").contains("Headgate");
    Files.writeString(home.resolve("headgate.aot.jars"), "");
    assertThat(run(without)).doesNotContain("AOTCache").contains("Headgate");
  }
}
