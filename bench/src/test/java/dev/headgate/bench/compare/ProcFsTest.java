package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFsTest {
  @TempDir private Path root;
  private ProcFs proc;

  @BeforeEach
  void create() {
    proc = new ProcFs(root, 100);
  }

  private void process(int pid, int parent, String name, int userTicks, int systemTicks)
      throws IOException {
    Path folder = Files.createDirectories(root.resolve(Integer.toString(pid)));
    Files.writeString(
        folder.resolve("stat"),
        "%d (%s) S %d 1 1 0 -1 4194560 7 0 0 0 %d %d 900 900 20 0 1 0 5 6 7\n"
            .formatted(pid, name, parent, userTicks, systemTicks));
    Files.writeString(
        folder.resolve("status"),
        "Name:\t%s\nVmHWM:\t  %d kB\nVmRSS:\t  %d kB\n".formatted(name, pid * 2048, pid * 1024));
  }

  @Test
  void sums_a_process_and_its_descendants_but_no_others() throws IOException {
    process(10, 1, "nginx: master", 3, 4);
    process(11, 10, "nginx: worker", 100, 50);
    process(12, 11, "helper", 1, 1);
    process(13, 1, "other", 5000, 5000);

    assertThat(proc.tree(10)).containsExactlyInAnyOrder(10L, 11L, 12L);
    assertThat(proc.cpuSeconds(10)).isCloseTo(1.59, within(1e-9));
    assertThat(proc.peakRssBytes(10)).isEqualTo((10 + 11 + 12) * 2048L * 1024);
    assertThat(proc.rssBytes(11)).isEqualTo((11 + 12) * 1024L * 1024);
  }

  @Test
  void reads_a_name_with_blanks_and_brackets() throws IOException {
    process(10, 1, "a) S 99 (b", 7, 0);

    assertThat(proc.cpuSeconds(10)).isCloseTo(0.07, within(1e-9));
  }

  private void thread(int pid, int tid, String name, int userTicks) throws IOException {
    Path folder = Files.createDirectories(root.resolve(pid + "/task/" + tid));
    Files.writeString(
        folder.resolve("stat"),
        "%d (%s) S 1 1 1 0 -1 4194560 7 0 0 0 %d 1 900 900 20 0 1 0 5 6 7\n"
            .formatted(tid, name, userTicks));
  }

  @Test
  void reads_threads_by_their_names_those_of_descendants_too() throws IOException {
    process(10, 1, "taskset", 0, 0);
    process(11, 10, "java", 500, 0);
    thread(10, 10, "taskset", 3);
    thread(11, 12, "C2 CompilerThre", 99);
    thread(11, 13, "C1 CompilerThre", 9);
    thread(11, 14, "C2 CompilerThre", 0);
    thread(11, 15, "headgate-worker", 300);

    assertThat(proc.threadSeconds(10, List.of("C1 CompilerThre", "C2 CompilerThre")))
        .isEqualTo(Map.of(12L, 1.0, 13L, 0.1, 14L, 0.01));
    assertThat(proc.threadSeconds(77, List.of("C1 CompilerThre"))).isEmpty();
  }

  @Test
  void a_process_that_has_ended_used_nothing() {
    assertThat(proc.cpuSeconds(77)).isZero();
    assertThat(proc.peakRssBytes(77)).isZero();
  }

  @Test
  void sums_cores_and_leaves_waiting_out() throws IOException {
    Files.writeString(
        root.resolve("stat"),
        """
        cpu  999 999 999 999 999 999 999 999 0 0
        cpu0 100 10 200 5000 70 1 2 30 0 0
        cpu1 400 0 0 5000 0 0 0 0 0 0
        cpu10 9000 0 0 0 0 0 0 0 0 0
        intr 1 2 3
        """);

    assertThat(proc.cores(List.of(0))).isEqualTo(new ProcFs.CoreSeconds(3.13, 0.3));
    assertThat(proc.cores(List.of(0, 1)).busy()).isCloseTo(7.13, within(1e-9));
  }
}
