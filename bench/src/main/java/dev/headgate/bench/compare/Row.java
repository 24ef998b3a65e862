package dev.headgate.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What one measurement found.
///
/// @param round from 0
/// @param figures by name, with the unit in it
/// @param details what the generator and the sink printed
/// @param flaws why it should not count, in words; none = it counts
/// @param remarks what one should know and may count nevertheless
record Row(
    String scenario,
    String system,
    SystemKind kind,
    int round,
    Map<String, Double> figures,
    Map<String, Double> details,
    List<Flaw> flaws,
    List<String> remarks) {
  Row {
    figures = Map.copyOf(figures);
    details = Map.copyOf(details);
    flaws = List.copyOf(flaws);
    remarks = List.copyOf(remarks);
  }

  /// A reason not to count a row.
  ///
  /// @param invalid it says something untrue, rather than something inexact
  record Flaw(boolean invalid, String words) {}

  /// A row without flaws, unless the system has ended.
  static Row of(Scenario scenario, RunningSystem system, int round, Map<String, Double> figures) {
    return of(scenario, system, round, figures, List.of(), List.of());
  }

  /// A row; that the system has ended is added to its flaws.
  static Row of(
      Scenario scenario,
      RunningSystem system,
      int round,
      Map<String, Double> figures,
      List<Flaw> flaws,
      List<String> remarks) {
    List<Flaw> all = new ArrayList<>(flaws);
    addIfEnded(all, system);
    return new Row(
        scenario.name(), system.name(), system.kind(), round, figures, Map.of(), all, remarks);
  }

  /// Adds a flaw if the system has ended: its CPU and its memory then read as none.
  static void addIfEnded(List<Flaw> flaws, RunningSystem system) {
    if (!system.isAlive()) {
      flaws.add(new Flaw(true, "the process has ended, see its log"));
    }
  }

  /// The flaws of a row whose figures are divided by figures of this one.
  List<Flaw> flawsAsReference() {
    return flaws.stream()
        .map(flaw -> new Flaw(flaw.invalid(), "in the reference: " + flaw.words()))
        .toList();
  }

  /// The same under another scenario's name, with some of the figures.
  Row of(String name, List<String> names) {
    Map<String, Double> some = new LinkedHashMap<>();
    names.stream().filter(figures::containsKey).forEach(figure -> some.put(figure, figure(figure)));
    return new Row(name, system, kind, round, some, details, flaws, remarks);
  }

  /// The same with more flaws.
  Row with(List<Flaw> more) {
    List<Flaw> all = new ArrayList<>(flaws);
    all.addAll(more);
    return new Row(scenario, system, kind, round, figures, details, all, remarks);
  }

  /// Whether what it says is untrue.
  boolean isInvalid() {
    return flaws.stream().anyMatch(Flaw::invalid);
  }

  /// Whether others used the machine meanwhile.
  boolean isNoisy() {
    return flaws.stream().anyMatch(flaw -> !flaw.invalid());
  }

  double figure(String name) {
    Double figure = figures.get(name);
    if (figure == null) {
      throw new IllegalArgumentException(name + ": none in " + scenario + " (expected: a figure)");
    }
    return figure;
  }

  /// As a line of `rows.jsonl`.
  String toJson() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("scenario", scenario);
    object.put("system", system);
    object.put("kind", kind.label());
    object.put("round", round);
    object.put("figures", new TreeMap<>(figures));
    object.put("details", new TreeMap<>(details));
    object.put("flaws", flaws.stream().map(Flaw::words).toList());
    object.put("remarks", remarks);
    return Json.write(object);
  }
}
