package dev.headgate.config.load;

import dev.headgate.config.ExtensionConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What one load has found so far: problems, notices and where the secrets are.
///
/// **Threading:** confined to the loading thread.
final class Reading {
  private final ConfigChecks checks;
  private final List<Problem> problems;
  private final List<Notice> notices;
  private final Set<String> secretPaths = new HashSet<>();
  private final List<Reference> authenticators = new ArrayList<>();
  private final Map<String, Boolean> contextHeaders = new TreeMap<>();
  private Declared<ExtensionConfig> extensions = Declared.none();

  Reading(ConfigChecks checks, List<Problem> problems, List<Notice> notices) {
    this.checks = checks;
    this.problems = problems;
    this.notices = notices;
  }

  ConfigChecks checks() {
    return checks;
  }

  int problemCount() {
    return problems.size();
  }

  void add(Problem problem) {
    problems.add(problem);
  }

  void add(Notice notice) {
    notices.add(notice);
  }

  /// Paths whose values are masked when the configuration is printed.
  Set<String> secretPaths() {
    return secretPaths;
  }

  /// The extensions, which are read first.
  Declared<ExtensionConfig> extensions() {
    return extensions;
  }

  void extensions(Declared<ExtensionConfig> read) {
    extensions = read;
  }

  /// Where extensions are named that authenticate.
  List<Reference> authenticators() {
    return authenticators;
  }

  /// Headers that exporters send on, by their names in lower case, with whether their value names a
  /// tenant there.
  Map<String, Boolean> contextHeaders() {
    return contextHeaders;
  }

  Place root() {
    return new Place(this, "", null);
  }
}
