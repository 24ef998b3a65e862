package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static final Row.Flaw NOISE = new Row.Flaw(false, "others used 20 %");
  private static final Row.Flaw LOSS = new Row.Flaw(true, "accepted 10, arrived 9");

  private final List<Row> rows = new ArrayList<>();

  private void row(String system, int round, double cost, Row.Flaw... flaws) {
    rows.add(
        new Row(
            "s",
            system,
            SystemKind.HEADGATE,
            round,
            Map.of("cost", cost),
            Map.of(),
            List.of(flaws),
            List.of()));
  }

  private Results.Result ratio() {
    return new Results(rows).ratio("s", "b", "a", "cost").orElseThrow();
  }

  @Test
  void divides_within_a_round() {
    row("a", 0, 1);
    row("b", 0, 3);
    row("b", 1, 8);
    row("a", 1, 2);

    assertThat(ratio()).isEqualTo(new Results.Result(new Spread(3.5, 3, 4, 2), false));
  }

  @Test
  void leaves_noisy_rounds_out_while_two_are_left() {
    row("a", 0, 1);
    row("b", 0, 3);
    row("a", 1, 1);
    row("b", 1, 3);
    row("a", 2, 1, NOISE);
    row("b", 2, 99);

    assertThat(ratio()).isEqualTo(new Results.Result(new Spread(3, 3, 3, 2), false));
  }

  @Test
  void counts_all_and_says_so_when_too_few_quiet_rounds_are_left() {
    row("a", 0, 1);
    row("b", 0, 3, NOISE);
    row("a", 1, 1);
    row("b", 1, 5);

    assertThat(ratio()).isEqualTo(new Results.Result(new Spread(4, 3, 5, 2), true));
  }

  @Test
  void never_counts_an_invalid_row() {
    row("a", 0, 1);
    row("b", 0, 3, LOSS);
    row("a", 1, 1);
    row("b", 1, 5);

    assertThat(ratio()).isEqualTo(new Results.Result(new Spread(5, 5, 5, 1), false));
    assertThat(new Results(rows).figure("s", "b", "cost").orElseThrow().median()).isEqualTo(5);
  }

  @Test
  void has_no_ratio_without_a_common_round() {
    row("a", 0, 1);
    row("b", 1, 3);

    assertThat(new Results(rows).ratio("s", "b", "a", "cost")).isEmpty();
  }
}
