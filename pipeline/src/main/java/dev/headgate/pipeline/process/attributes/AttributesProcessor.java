package dev.headgate.pipeline.process.attributes;

import dev.headgate.config.AttributeAction;
import dev.headgate.config.AttributesConfig;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.process.regex.Lender;
import dev.headgate.pipeline.wire.WireEditor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The `attributes` and `resource` processors: actions in order on the attributes of spans, log
/// records and data points, or of resources.
///
/// **Threading:** any thread.
public final class AttributesProcessor implements Processor {
  private final AttributesConfig.Target target;
  private final Lender<ItemAttributes> items;

  /// Compiles the actions.
  public AttributesProcessor(AttributesConfig config) {
    this.target = config.target();
    List<CompiledAction> actions = config.actions().stream().map(CompiledAction::of).toList();
    Set<String> headers = headers(config.actions());
    this.items =
        new Lender<>(
            () -> new ItemAttributes(actions, headers, config.include(), config.exclude()));
  }

  private static Set<String> headers(List<AttributeAction> actions) {
    Set<String> names = new HashSet<>();
    for (AttributeAction action : actions) {
      if (action instanceof AttributeAction.Put put
          && put.source() instanceof AttributeAction.Source.Header(String name)) {
        names.add(name);
      }
    }
    return names;
  }

  /// What is wrong with a pattern that compiles when its groups are to become attributes, or null.
  public static @Nullable String extractionProblem(String pattern) {
    return ExtractAction.problem(pattern);
  }

  @Override
  public Payload process(Payload payload, ChainContext context) {
    Bytes bytes = payload.bytes();
    WireEditor editor = context.editor();
    editor.reset(bytes);
    ItemAttributes own = items.take();
    own.begin(payload.signal(), payload.tenant());
    switch (target) {
      case ITEM -> own.editItems(bytes, editor);
      case RESOURCE -> own.editResources(bytes, editor);
    }
    items.giveBack(own);
    Bytes edited = editor.finish();
    return edited == null ? payload : payload.with(edited, payload.items());
  }
}
