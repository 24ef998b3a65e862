package dev.headgate.pipeline.process;

import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireReader;
import java.util.EnumMap;
import java.util.Map;

/// What a worker lends to the processors of a chain: scratch memory and a place to book drops.
///
/// **Threading:** confined to one worker; reused for every payload.
public final class ChainContext {
  private final WireEditor editor;
  private final WireReader reader = new WireReader();
  private final Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);

  /// A context whose editor makes arrays of their own.
  public ChainContext() {
    this(ArrayPool.NONE);
  }

  /// @param pool lends the arrays of changed payloads
  public ChainContext(ArrayPool pool) {
    editor = new WireEditor(pool);
  }

  /// The worker's editor; a processor uses it from reset to finish within one call.
  public WireEditor editor() {
    return editor;
  }

  /// The worker's reader; a processor may use it within one call.
  public WireReader reader() {
    return reader;
  }

  /// Books items that the current processor removes.
  public void drop(DropReason reason, long items) {
    if (items > 0) {
      drops.merge(reason, items, Long::sum);
    }
  }

  /// What was booked since [#clear], by reason.
  public Map<DropReason, Long> drops() {
    return drops;
  }

  /// Forgets what was booked.
  public void clear() {
    drops.clear();
  }
}
