package dev.headgate.pipeline.process.redaction;

import dev.headgate.config.RedactionConfig;
import org.jspecify.annotations.Nullable;

/// A message with attributes while it is being visited, and the summary of what happens to them.
/// Owners nest as the messages do. Reusable.
///
/// **Threading:** confined to one thread.
final class AttributeOwner {
  private final RedactionConfig.Summary level;
  private final Summary summary;
  private @Nullable AttributeOwner inner;
  private VisitPlan plan;
  private int from;
  private int to;
  private boolean summarized;
  private @Nullable String databaseSystem;

  AttributeOwner(RedactionConfig.Summary level, VisitPlan plan) {
    this.level = level;
    this.summary = new Summary(level);
    this.plan = plan;
  }

  /// The owner of a message inside this one.
  AttributeOwner inner(VisitPlan innerPlan, int innerFrom, int innerTo) {
    AttributeOwner owner = inner;
    if (owner == null) {
      owner = new AttributeOwner(level, innerPlan);
      inner = owner;
    }
    owner.plan = innerPlan;
    owner.from = innerFrom;
    owner.to = innerTo;
    owner.databaseSystem = null;
    owner.summarized = level != RedactionConfig.Summary.SILENT && innerPlan.isSummarized();
    if (owner.summarized) {
      owner.summary.begin(innerTo - innerFrom);
    } else {
      owner.summary.close();
    }
    return owner;
  }

  /// What is told about its attributes.
  Summary summary() {
    return summary;
  }

  /// Whether it gets attributes that tell what happened.
  boolean isSummarized() {
    return summarized;
  }

  /// What its attributes say about the database, or null while nobody has asked. A message can hold
  /// any number of statements, and to look for it is to read all attributes.
  @Nullable String databaseSystem() {
    return databaseSystem;
  }

  /// Keeps what the attributes say about the database.
  void keepDatabaseSystem(String system) {
    databaseSystem = system;
  }

  /// How its fields are visited.
  VisitPlan plan() {
    return plan;
  }

  /// Where its body begins.
  int from() {
    return from;
  }

  /// Where its body ends.
  int to() {
    return to;
  }
}
