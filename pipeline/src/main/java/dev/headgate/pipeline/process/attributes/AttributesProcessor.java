package dev.headgate.pipeline.process.attributes;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.headgate.config.AttributesConfig;
import dev.headgate.config.AttributesConfig.Action;
import dev.headgate.config.AttributesConfig.Kind;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.wire.WireEditor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `attributes` and `resource` processors: actions in order on the attributes of spans, log
/// records and data points, or of resources.
///
/// **Threading:** any thread.
public final class AttributesProcessor implements Processor {
  private final AttributesConfig.Target target;
  private final ThreadLocal<ItemAttributes> items;

  /// Compiles the actions.
  public AttributesProcessor(AttributesConfig config) {
    this.target = config.target();
    List<CompiledAction> actions = config.actions().stream().map(CompiledAction::new).toList();
    this.items = ThreadLocal.withInitial(() -> new ItemAttributes(actions));
  }

  /// What is wrong with an action's pattern, or null when it is fine.
  public static @Nullable String problem(Action action) {
    String text = action.pattern();
    boolean extracts = action.kind() == Kind.EXTRACT;
    if (text == null) {
      return extracts ? "extract without a pattern" : null;
    }
    try {
      Pattern pattern = Pattern.compile(text);
      int groups = pattern.groupCount();
      if (extracts && (groups == 0 || pattern.namedGroups().size() < groups)) {
        return "pattern with unnamed groups or none (expected: every group as (?P<name>...))";
      }
      return null;
    } catch (PatternSyntaxException e) {
      return "invalid pattern: " + e.getDescription() + " (expected: RE2 syntax)";
    }
  }

  @Override
  public Payload process(Payload payload, ChainContext context) {
    byte[] bytes = payload.bytes();
    WireEditor editor = context.editor();
    editor.reset(bytes, 0, bytes.length);
    switch (target) {
      case ITEM -> items.get().editItems(payload.signal(), bytes, editor);
      case RESOURCE -> items.get().editResources(bytes, editor);
    }
    items.get().done();
    byte[] edited = editor.finish();
    return edited == null ? payload : payload.with(edited, payload.items());
  }
}
