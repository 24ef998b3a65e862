package dev.headgate.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// The rows of a run and what follows from them.
///
/// Invalid rows never count. Noisy ones do not count where two rounds without them are left; where
/// they are not, all count, and the result says so.
record Results(List<Row> rows) {
  private static final int FEWEST_ROUNDS = 2;

  /// A figure with its spread.
  ///
  /// @param noisy whether rows count of windows in which others used the machine
  record Result(Spread spread, boolean noisy) {
    double median() {
      return spread.median();
    }
  }

  Results {
    rows = List.copyOf(rows);
  }

  /// The rows of a system in a scenario, by round.
  List<Row> of(String scenario, String system) {
    return rows.stream()
        .filter(row -> row.scenario().equals(scenario) && row.system().equals(system))
        .toList();
  }

  /// A figure of a system over the rounds; none if there is no valid row.
  Optional<Result> figure(String scenario, String system, String figure) {
    List<Row> valid =
        of(scenario, system).stream()
            .filter(row -> !row.isInvalid() && row.figures().containsKey(figure))
            .toList();
    if (valid.isEmpty()) {
      return Optional.empty();
    }
    List<Row> quiet = valid.stream().filter(row -> !row.isNoisy()).toList();
    boolean noisy = quiet.size() < Math.min(FEWEST_ROUNDS, valid.size());
    List<Row> counted = noisy ? valid : quiet;
    return Optional.of(
        new Result(Spread.of(counted.stream().map(row -> row.figure(figure)).toList()), noisy));
  }

  /// What a system's figure is divided by another's, round by round; none without a common round.
  Optional<Result> ratio(String scenario, String numerator, String denominator, String figure) {
    List<Row[]> valid = new ArrayList<>();
    for (int round : rounds(scenario)) {
      Optional<Row> above = row(scenario, numerator, round);
      Optional<Row> below = row(scenario, denominator, round);
      if (above.isPresent() && below.isPresent()) {
        valid.add(new Row[] {above.get(), below.get()});
      }
    }
    if (valid.isEmpty()) {
      return Optional.empty();
    }
    List<Row[]> quiet =
        valid.stream().filter(pair -> !pair[0].isNoisy() && !pair[1].isNoisy()).toList();
    boolean noisy = quiet.size() < Math.min(FEWEST_ROUNDS, valid.size());
    List<Row[]> counted = noisy ? valid : quiet;
    return Optional.of(
        new Result(
            Spread.ofRatios(
                counted.stream().mapToDouble(pair -> pair[0].figure(figure)).toArray(),
                counted.stream().mapToDouble(pair -> pair[1].figure(figure)).toArray()),
            noisy));
  }

  private Optional<Row> row(String scenario, String system, int round) {
    return of(scenario, system).stream()
        .filter(row -> row.round() == round && !row.isInvalid())
        .findFirst();
  }

  private TreeSet<Integer> rounds(String scenario) {
    TreeSet<Integer> rounds = new TreeSet<>();
    rows.stream()
        .filter(row -> row.scenario().equals(scenario))
        .forEach(row -> rounds.add(row.round()));
    return rounds;
  }

  /// The systems that have rows in a scenario, in the order of their first.
  List<String> systems(String scenario) {
    return rows.stream()
        .filter(row -> row.scenario().equals(scenario))
        .map(Row::system)
        .distinct()
        .toList();
  }

  /// The scenarios that have rows, in their order.
  List<String> scenarios() {
    return rows.stream().map(Row::scenario).distinct().toList();
  }
}
