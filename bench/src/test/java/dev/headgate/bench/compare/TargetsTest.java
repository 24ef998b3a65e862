package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.bench.compare.Targets.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetsTest {
  private final List<Row> rows = new ArrayList<>();

  private void row(
      String scenario, SystemKind kind, Map<String, Double> figures, Row.Flaw... flaws) {
    rows.add(
        new Row(scenario, kind.label(), kind, 0, figures, Map.of(), List.of(flaws), List.of()));
  }

  private List<Targets.Verdict> judge() {
    return Targets.judge(new Results(rows), "headgate");
  }

  @Test
  void misses_when_more_arrived_than_was_accepted() {
    row("overload-2", SystemKind.HEADGATE, Map.of(Figure.LOST_ITEMS, -3.0));

    Targets.Verdict verdict =
        judge().stream().filter(some -> some.what().endsWith("lost")).findFirst().orElseThrow();
    assertThat(verdict.outcome()).isEqualTo(Outcome.MISSED);
    assertThat(verdict.measured()).contains("-3");
  }

  @Test
  void lists_what_has_no_valid_row() {
    row(
        "outage",
        SystemKind.HEADGATE,
        Map.of(Figure.LOST_ITEMS, 0.0),
        new Row.Flaw(true, "the process has ended"));

    assertThat(judge()).extracting(Targets.Verdict::outcome).containsOnly(Outcome.NOT_MEASURED);
  }

  @Test
  void does_not_judge_the_throughput_of_two_cores() {
    row("growth-cores-1", SystemKind.HEADGATE, Map.of(Figure.CPU_MICROS_PER_ITEM, 1.0));
    row("growth-cores-2", SystemKind.HEADGATE, Map.of(Figure.CPU_MICROS_PER_ITEM, 1.0));

    assertThat(judge()).extracting(Targets.Verdict::outcome).containsOnly(Outcome.NOT_MEASURED);
  }

  private void cores(int number, double itemsPerSecond, double systemShare) {
    row(
        "growth-cores-" + number,
        SystemKind.HEADGATE,
        Map.of(
            Figure.CPU_MICROS_PER_ITEM,
            1.0,
            Figure.ITEMS_PER_SECOND,
            itemsPerSecond,
            Figure.CPU_LIMIT_CORES,
            0.4 * number,
            Figure.SYSTEM_SHARE,
            systemShare));
  }

  @Test
  void judges_the_throughput_of_two_cores_that_were_used_to_their_limit() {
    cores(1, 100, 0.99);
    cores(2, 185, 0.98);

    assertThat(judge()).extracting(Targets.Verdict::outcome).containsExactly(Outcome.MET);
    assertThat(judge().getFirst().measured()).startsWith("1.85");
  }

  @Test
  void does_not_judge_the_throughput_of_two_cores_when_the_load_was_the_limit() {
    cores(1, 100, 0.99);
    cores(2, 185, 0.7);

    assertThat(judge()).extracting(Targets.Verdict::outcome).containsOnly(Outcome.NOT_MEASURED);
  }

  @Test
  void says_when_no_relay_showed_that_secrets_would_be_seen() {
    row("secrets-logs", SystemKind.HEADGATE, Map.of(Figure.ITEMS_WITH_SECRETS, 0.0));

    assertThat(judge().getFirst().what()).contains("no positive control");

    row("secrets-logs", SystemKind.RELAY, Map.of(Figure.ITEMS_WITH_SECRETS, 7.0));

    assertThat(judge().getFirst().what()).doesNotContain("no positive control");
    assertThat(judge().getFirst().outcome()).isEqualTo(Outcome.MET);
  }
}
