package dev.headgate.config;

import java.util.List;

/// OTTL texts of a `filter` or `transform` processor that are evaluated together, proven to parse.
///
/// @param context what the texts are about, such as `span`; empty = their paths begin with it, and
///   it is inferred from them
/// @param conditions of a filter, what is dropped; of a transform, of which one must hold
/// @param statements what a transform does; none of a filter
public record OttlGroup(
    Signal signal,
    String context,
    List<String> conditions,
    List<String> statements,
    ErrorMode errorMode) {
  /// Copies the lists.
  public OttlGroup {
    conditions = List.copyOf(conditions);
    statements = List.copyOf(statements);
  }

  /// What an error while evaluating does.
  public enum ErrorMode {
    IGNORE,
    SILENT,
    PROPAGATE
  }
}
