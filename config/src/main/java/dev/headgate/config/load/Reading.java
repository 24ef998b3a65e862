package dev.headgate.config.load;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What one load has found so far: problems, notices and where the secrets are.
///
/// **Threading:** confined to the loading thread.
final class Reading {
  private final ConfigChecks checks;
  private final List<Problem> problems;
  private final List<Notice> notices;
  private final Set<String> secretPaths = new HashSet<>();

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

  Place root() {
    return new Place(this, "", null);
  }
}
