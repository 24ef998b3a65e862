package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScenariosTest {
  @Test
  void every_name_is_there_once() {
    assertThat(Scenarios.all()).extracting(Scenario::name).doesNotHaveDuplicates();
  }

  @Test
  void a_group_means_all_its_members() {
    assertThat(Scenarios.chosen(List.of("chain", "idle")))
        .extracting(Scenario::name)
        .containsExactly("chain-traces", "chain-logs", "chain-metrics", "idle");
  }

  @Test
  void the_default_set_is_what_is_marked() {
    assertThat(Scenarios.chosen(List.of())).isNotEmpty().allMatch(Scenario::byDefault);
  }

  @Test
  void an_unknown_name_is_said() {
    assertThatThrownBy(() -> Scenarios.chosen(List.of("chian"))).hasMessageContaining("chian");
  }
}
