package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.process.ottl.Evaluator;
import dev.headgate.pipeline.process.ottl.FailureReport;
import dev.headgate.pipeline.process.ottl.Part;
import dev.headgate.pipeline.process.ottl.Path;
import dev.headgate.pipeline.process.ottl.Subject;
import dev.headgate.pipeline.process.ottl.Value;
import dev.headgate.pipeline.process.ottl.Value.Kind;
import dev.headgate.pipeline.process.transform.StatementGroup.Step;
import dev.headgate.pipeline.wire.WireEditor;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Executes the statements of a group on one item after another. Reusable.
///
/// **Threading:** confined to one thread at a time.
final class StatementRun {
  private static final long OUTER_FREE_BYTES = 16L << 20;
  private static final long OUTER_GROWTH = 64;

  private final StatementGroup group;
  private final FailureReport failures;
  private final Evaluator evaluator = new Evaluator();
  private final Subject subject = new Subject();
  private final Map<Part, Draft> drafts = new EnumMap<>(Part.class);
  private final FieldSetter fields = new FieldSetter();
  private final ValueEdit values = new ValueEdit();
  private final Value replaced = new Value();
  private final Value original = new Value();
  private long outerBytes;

  StatementRun(StatementGroup group, FailureReport failures) {
    this.group = group;
    this.failures = failures;
    for (Part part : Part.values()) {
      drafts.put(part, new Draft(part, subject));
    }
  }

  /// Starts a request. Each of many items may change the same message around it, and each change
  /// copies that message: what this may cost is bounded.
  void start(int requestBytes) {
    outerBytes = OUTER_FREE_BYTES + OUTER_GROWTH * requestBytes;
  }

  /// What statements see.
  Subject subject() {
    return subject;
  }

  /// The message of a part.
  Draft draft(Part part) {
    return Objects.requireNonNull(drafts.get(part));
  }

  /// Lets go of the bytes looked at last.
  void clear() {
    subject.clear();
    drafts.values().forEach(Draft::clear);
    evaluator.clear();
    fields.clear();
    values.clear();
    replaced.clear();
    original.clear();
  }

  /// Executes the statements on the drafts as they stand.
  void execute() {
    boolean all = group.conditions().isEmpty();
    if (!all && !group.conditions().anyHolds(subject, evaluator, failures)) {
      return;
    }
    for (int i = 0; i < group.steps().size(); i++) {
      Step step = group.steps().get(i);
      evaluator.start();
      boolean holds = evaluator.holds(step.where(), subject);
      if (evaluator.failed() || (holds && !perform(step.editor()))) {
        failures.onFailure("statement", i);
      }
    }
  }

  private boolean perform(Editor editor) {
    return switch (editor) {
      case Editor.Set(Path target, var expression) -> {
        Value value = evaluator.value(expression, subject);
        boolean id = value.kind() == Kind.TRACE_ID || value.kind() == Kind.SPAN_ID;
        yield !evaluator.failed() && !id && (value.kind() == Kind.NIL || set(target, value));
      }
      case Editor.Replace(Path target, PatternReplacement replacement) ->
          replace(target, replacement);
      case Editor.Edit(Path target, MapEdit edit) -> {
        values.editing(edit);
        yield change(target);
      }
    };
  }

  private boolean replace(Path target, PatternReplacement replacement) {
    if (!subject.read(target, original)) {
      return false;
    }
    if (original.kind() != Kind.STRING) {
      return true;
    }
    byte[] text = replacement.replaceAll(original.bytes(), original.from(), original.to());
    if (text == null) {
      return true;
    }
    replaced.set(Kind.STRING, text, 0, text.length);
    return set(target, replaced);
  }

  private boolean set(Path target, Value value) {
    return switch (target.type()) {
      case ATTRIBUTES, ANY_VALUE -> {
        values.setting(value);
        yield change(target);
      }
      case ANY_VALUE_TEXT -> {
        values.setting(value);
        yield value.kind() == Kind.STRING && change(target);
      }
      case POINT_INT, POINT_DOUBLE -> subject.metricData().isNumber() && setField(target, value);
      default -> setField(target, value);
    };
  }

  private boolean setField(Path target, Value value) {
    Draft draft = draft(target.part());
    WireEditor editor = draft.edit();
    return finish(target, draft, fields.set(draft, target.type(), field(target), value, editor));
  }

  private int field(Path target) {
    return target.type() == Path.Type.POINT_FLAGS
        ? subject.metricData().flagsField()
        : target.field();
  }

  /* Of attributes or a body, as the value edit was told. */
  private boolean change(Path target) {
    Draft draft = draft(target.part());
    WireEditor editor = draft.edit();
    boolean attributes = target.type() == Path.Type.ATTRIBUTES;
    int field = attributes ? subject.attributesField(target) : target.field();
    return finish(
        target,
        draft,
        attributes
            ? values.inAttributes(draft, field, target.keys(), editor)
            : values.inField(draft, field, target.keys(), editor));
  }

  private boolean finish(Path target, Draft draft, boolean done) {
    if (done) {
      draft.take();
      if (target.outer()) {
        outerBytes -= draft.to() - draft.from();
        if (outerBytes < 0) {
          throw new IllegalStateException(
              "changes around items copy too much (expected: at most "
                  + OUTER_GROWTH
                  + " times the request)");
        }
      }
    } else {
      draft.discard();
    }
    return done;
  }
}
