package dev.headgate.pipeline.process.ottl;

import dev.headgate.config.OttlGroup;
import java.util.List;

/// What is said of the texts of a group together.
public final class Groups {
  private Groups() {}

  /// The context of a group: the one it names, or what is inferred from some of its texts.
  ///
  /// @throws OttlException when there is none
  public static Context context(OttlGroup group, List<String> texts) {
    if (group.context().isEmpty()) {
      return Inference.infer(group.signal(), texts);
    }
    Context context = Context.named(group.signal(), group.context());
    if (context == null) {
      throw new OttlException(
          "context " + group.context() + " is not one of " + group.signal().key());
    }
    return context;
  }

  /// Proves that a text is a condition.
  ///
  /// @throws OttlException when it is none
  public static void checkCondition(OttlGroup group, Context context, String text) {
    OttlParser.condition(context, group.context().isEmpty(), text);
  }
}
