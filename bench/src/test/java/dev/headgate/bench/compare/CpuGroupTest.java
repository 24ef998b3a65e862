package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuGroupTest {
  @TempDir private Path mounts;

  private Path group(String path) throws IOException {
    Path group = Files.createDirectories(mounts.resolve(path));
    Files.writeString(group.resolve("cgroup.procs"), "");
    return group;
  }

  @Test
  void looks_for_a_place_below_the_own_group_and_further_up() throws IOException {
    Path top = group("cpu");
    Path own = group("cpu/a/b");
    Path above = group("cpu/a");

    assertThat(CpuGroup.places(mounts, List.of("8:pids:/", "1:cpuacct,cpu:/a/b")))
        .containsExactly(own, above, top);
  }

  @Test
  void knows_the_unified_hierarchy() throws IOException {
    Path top = group("");
    Path own = group("user.slice");

    assertThat(CpuGroup.places(mounts, List.of("0::/user.slice"))).containsExactly(own, top);
  }

  @Test
  void does_not_take_a_hierarchy_that_is_not_mounted_or_shares_out_no_cpu() throws IOException {
    group("memory/a");

    assertThat(CpuGroup.places(mounts, List.of("4:memory:/a", "1:cpu:/a", "0::/../b"))).isEmpty();
  }

  @Test
  void writes_a_quarter_of_a_core_as_version_1_has_it() throws IOException {
    Path folder = files("cpu.cfs_quota_us", "cpu.cfs_period_us");

    CpuGroup.in(folder).limit(25);

    assertThat(folder.resolve("cpu.cfs_period_us")).hasContent("100000");
    assertThat(folder.resolve("cpu.cfs_quota_us")).hasContent("25000");
    CpuGroup.in(folder).limit(0);
    assertThat(folder.resolve("cpu.cfs_quota_us")).hasContent("-1");
  }

  @Test
  void writes_four_fifths_of_a_core_as_version_2_has_it() throws IOException {
    Path folder = files("cpu.max");

    CpuGroup.in(folder).limit(80);

    assertThat(folder.resolve("cpu.max")).hasContent("80000 100000");
    CpuGroup.in(folder).limit(0);
    assertThat(folder.resolve("cpu.max")).hasContent("max 100000");
  }

  @Test
  void makes_none_where_the_cpu_cannot_be_limited_and_leaves_nothing_behind() throws IOException {
    Path top = group("");

    assertThat(CpuGroup.of(mounts, List.of("0::/"), List.of(7L))).isEmpty();
    assertThat(top).isDirectoryNotContaining(Files::isDirectory);
  }

  private Path files(String... names) throws IOException {
    Path folder = Files.createDirectory(mounts.resolve("group"));
    for (String name : names) {
      Files.writeString(folder.resolve(name), "");
    }
    return folder;
  }
}
