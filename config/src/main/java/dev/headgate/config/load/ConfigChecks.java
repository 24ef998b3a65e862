package dev.headgate.config.load;

import dev.headgate.config.OttlGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks of small languages inside the configuration, made by the modules that run them. Each
/// returns what is wrong with the text, or null.
public interface ConfigChecks {
  /// Whether RE2 compiles the pattern.
  @Nullable String checkPattern(String re2);

  /// Whether the (valid) pattern has groups, all of them with names.
  @Nullable String checkExtraction(String re2);

  /// Whether a replacement refers only to groups that the (valid) pattern has.
  @Nullable String checkReplacement(String re2, String replacement);

  /// What is wrong with the OTTL of a group; empty when all of it parses.
  List<OttlProblem> checkOttl(OttlGroup group);

  /// What is wrong with one text of a group.
  ///
  /// @param statement whether it is a statement, not a condition
  /// @param index its index in its list, or -1 when the group as a whole is meant
  record OttlProblem(boolean statement, int index, String problem) {}
}
