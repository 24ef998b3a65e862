package dev.headgate.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/// The tables, as Markdown.
final class Report {
  private final Results results;
  private final List<Contender> contenders;

  Report(Results results, List<Contender> contenders) {
    this.results = results;
    this.contenders = contenders;
  }

  /// All of it.
  ///
  /// @param conditions a line each
  /// @param notes what is missing, a line each
  String text(List<String> conditions, List<String> notes) {
    StringBuilder text = new StringBuilder("# bench/compare\n\n");
    conditions.forEach(line -> text.append("- ").append(line).append('\n'));
    notes.forEach(line -> text.append("- ").append(line).append('\n'));
    appendTargets(text);
    appendCosts(text);
    appendOthers(text);
    appendFlaws(text);
    return text.toString();
  }

  private void appendTargets(StringBuilder text) {
    List<Targets.Verdict> verdicts = Targets.judge(results, reference());
    if (verdicts.isEmpty()) {
      return;
    }
    text.append("\n## Targets\n\n| target | wanted | measured | |\n|---|---|---|---|\n");
    for (Targets.Verdict verdict : verdicts) {
      text.append(
          "| %s | %s | %s | %s |%n"
              .formatted(
                  verdict.what(), verdict.wanted(), verdict.measured(), verdict.outcome().words()));
    }
  }

  private void appendCosts(StringBuilder text) {
    List<String> lines = new ArrayList<>();
    for (String scenario : results.scenarios()) {
      for (Contender contender : contenders) {
        line(scenario, contender.name()).ifPresent(lines::add);
      }
    }
    if (lines.isEmpty()) {
      return;
    }
    text.append("\n## Cost\n\n");
    text.append(
        "Medians of the rounds, with the lowest and the highest; ratios are formed in each round."
            + " ");
    text.append(
        "`~`: windows count in which others used the machine, as too few without are left.\n\n");
    text.append(
        "| scenario | system | CPU-us per item | of it compilers | CPU-s per GB | items/s | peak RSS, MiB | cost over %s's |%n"
            .formatted(reference()));
    text.append("|---|---|---:|---:|---:|---:|---:|---:|\n");
    lines.forEach(text::append);
  }

  /* Rows of other kinds, with all their figures. */
  private void appendOthers(StringBuilder text) {
    List<String> lines = new ArrayList<>();
    for (String scenario : results.scenarios()) {
      for (String system : results.systems(scenario)) {
        Row first = results.of(scenario, system).getFirst();
        if (first.figures().containsKey(Figure.CPU_MICROS_PER_ITEM)) {
          continue;
        }
        List<String> figures = new ArrayList<>();
        for (String figure : new TreeSet<>(first.figures().keySet())) {
          results
              .figure(scenario, system, figure)
              .ifPresent(result -> figures.add(figure + " " + spread(result)));
        }
        if (!figures.isEmpty()) {
          lines.add("| %s | %s | %s |%n".formatted(scenario, system, String.join("; ", figures)));
        }
      }
    }
    if (!lines.isEmpty()) {
      text.append("\n## Others\n\n| scenario | system | figures |\n|---|---|---|\n");
      lines.forEach(text::append);
    }
  }

  private String reference() {
    return contenders.getFirst().name();
  }

  private Optional<String> line(String scenario, String system) {
    if (results.of(scenario, system).stream()
        .noneMatch(row -> row.figures().containsKey(Figure.CPU_MICROS_PER_ITEM))) {
      return Optional.empty();
    }
    String ratio = system.equals(reference()) ? "" : ratio(scenario, system);
    return Optional.of(
        "| %s | %s | %s | %s | %s | %s | %s | %s |%n"
            .formatted(
                scenario,
                system,
                cell(scenario, system, Figure.CPU_MICROS_PER_ITEM),
                compilers(scenario, system),
                median(scenario, system, Figure.CPU_SECONDS_PER_GB),
                median(scenario, system, Figure.ITEMS_PER_SECOND),
                highest(scenario, system),
                ratio));
  }

  private String ratio(String scenario, String system) {
    return results
        .ratio(scenario, system, reference(), Figure.CPU_MICROS_PER_ITEM)
        .map(Report::spread)
        .orElse("none");
  }

  private String cell(String scenario, String system, String figure) {
    return results.figure(scenario, system, figure).map(Report::spread).orElse("invalid");
  }

  /* The share of the CPU time that a JVM's compilers took; nothing for others. */
  private String compilers(String scenario, String system) {
    return results
        .figure(scenario, system, Figure.COMPILER_SHARE)
        .map(result -> "%.1f %%".formatted(100 * result.median()))
        .orElse("");
  }

  private String median(String scenario, String system, String figure) {
    return results
        .figure(scenario, system, figure)
        .map(result -> number(result.median()))
        .orElse("invalid");
  }

  private String highest(String scenario, String system) {
    return results
        .figure(scenario, system, Figure.PEAK_RSS_MIB)
        .map(result -> number(result.spread().max()))
        .orElse("invalid");
  }

  /// The median with the lowest and the highest, `~` before it where windows were noisy.
  static String spread(Results.Result result) {
    Spread spread = result.spread();
    return "%s%s (%s..%s)"
        .formatted(
            result.noisy() ? "~" : "",
            number(spread.median()),
            number(spread.min()),
            number(spread.max()));
  }

  /// A number with three digits that mean something.
  static String number(double value) {
    double size = Math.abs(value);
    int digits = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private void appendFlaws(StringBuilder text) {
    List<Row> rows = results.rows();
    long noisy = rows.stream().filter(Row::isNoisy).count();
    long invalid = rows.stream().filter(Row::isInvalid).count();
    text.append(
        "%n%d rows, %d of them with others on the machine, %d invalid.%n"
            .formatted(rows.size(), noisy, invalid));
    List<String> lines = new ArrayList<>();
    for (Row row : rows) {
      List<String> words = new ArrayList<>(row.remarks());
      row.flaws().stream().filter(Row.Flaw::invalid).forEach(flaw -> words.add(flaw.words()));
      words.forEach(
          word -> lines.add("- %s, %s: %s%n".formatted(row.scenario(), row.system(), word)));
    }
    if (!lines.isEmpty()) {
      text.append('\n');
      lines.stream().distinct().forEach(text::append);
    }
  }
}
