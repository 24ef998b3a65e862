package dev.headgate.config.load;

import dev.headgate.config.CardinalityGuardConfig;
import dev.headgate.config.load.Node.MapNode;
import dev.headgate.config.load.Node.ScalarNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `cardinality_guard` processor.
final class CardinalityGuardBlock {
  private static final int MAX_LIMIT = 1_000_000;
  private static final CardinalityGuardConfig DEFAULT = CardinalityGuardConfig.DEFAULT;

  /// `value_limit`: a number for every label, or numbers by label.
  private record ValueLimits(int ofOthers, Map<String, Integer> byLabel) {}

  private static final class ValueLimitType implements Type<ValueLimits> {
    private static final ScalarType<Integer> FOR_ALL = Types.integer(0, MAX_LIMIT);
    private static final ScalarType<Integer> FOR_ONE = Types.integer(1, MAX_LIMIT);

    @Override
    public @Nullable ValueLimits read(Node node, Place place) {
      return switch (node) {
        case MapNode map -> byLabel(map, place);
        case ScalarNode scalar -> {
          Integer limit = FOR_ALL.read(scalar, place);
          yield limit == null ? null : new ValueLimits(limit, Map.of());
        }
        case Node.BrokenNode _ -> null;
        case Node.ListNode list -> {
          place.problem(
              list.mark(), "a list (expected: a whole number, or a map of label: number)");
          yield null;
        }
      };
    }

    private static ValueLimits byLabel(MapNode map, Place place) {
      Map<String, Integer> limits = new LinkedHashMap<>();
      map.entries()
          .forEach((label, entry) -> {
            Integer limit = FOR_ONE.read(entry.value(), place.key(label));
            if (limit != null) {
              limits.put(label, limit);
            }
          });
      return new ValueLimits(0, limits);
    }

    @Override
    public String title() {
      return "integer, or map of label to integer";
    }

    @Override
    public String show(ValueLimits limits) {
      return limits.ofOthers() + " (off)";
    }
  }

  private static final Key<Integer> SERIES_LIMIT =
      Key.of(
          "series_limit",
          Types.integer(1, MAX_LIMIT),
          DEFAULT.seriesLimit(),
          "distinct series per service and metric");
  private static final Key<ValueLimits> VALUE_LIMIT =
      Key.of(
          "value_limit",
          new ValueLimitType(),
          new ValueLimits(DEFAULT.defaultValueLimit(), DEFAULT.valueLimits()),
          "distinct values of each label, or of the labels named");
  private static final Key<Boolean> MODE =
      Key.of(
          "mode",
          Types.choice("enforce", true, "report", false),
          DEFAULT.enforce(),
          "enforce drops and counts points over budget, report only counts them");
  private static final Key<Duration> IDLE_TIMEOUT =
      Key.of(
          "idle_timeout",
          Types.DURATION,
          DEFAULT.idleTimeout(),
          "a series that was not seen for so long makes room");
  private static final Key<List<String>> LABEL_ALLOWLIST =
      Key.of(
          "label_allowlist",
          ListType.ofNames(Types.NAME, "labels"),
          DEFAULT.labelAllowlist(),
          "expected labels; others are reported, never removed");

  static final Block<CardinalityGuardConfig> BLOCK =
      Block.of(
          v ->
              new CardinalityGuardConfig(
                  v.get(SERIES_LIMIT),
                  v.get(VALUE_LIMIT).ofOthers(),
                  v.get(VALUE_LIMIT).byLabel(),
                  v.get(MODE),
                  v.get(IDLE_TIMEOUT),
                  v.get(LABEL_ALLOWLIST)),
          SERIES_LIMIT,
          VALUE_LIMIT,
          MODE,
          IDLE_TIMEOUT,
          LABEL_ALLOWLIST);

  private CardinalityGuardBlock() {}
}
