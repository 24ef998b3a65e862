package dev.headgate.config.load;

import dev.headgate.config.PipelineId;
import dev.headgate.config.ServiceConfig;
import dev.headgate.config.Signal;
import dev.headgate.config.TelemetryConfig;
import dev.headgate.config.load.Node.BrokenNode;
import dev.headgate.config.load.Node.Entry;
import dev.headgate.config.load.Node.MapNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `service` block: references still unresolved.
final class ServiceBlock {
  /// One pipeline with its references.
  record Pipeline(
      PipelineId id,
      Place place,
      Mark mark,
      List<Reference> receivers,
      List<Reference> processors,
      List<Reference> exporters) {}

  /// The block as read.
  ///
  /// @param telemetryMark where `telemetry` stands, or the block when it does not
  record Service(
      List<Reference> extensions,
      List<Pipeline> pipelines,
      TelemetryConfig telemetry,
      Mark telemetryMark,
      Duration shutdownTimeout) {}

  private static final ListType<Reference> IDS = ListType.ofNames(Reference.TYPE, "ids");

  private static final Key<List<Reference>> RECEIVERS =
      Key.optional("receivers", IDS, "required", "where data comes from; at least one");
  private static final Key<List<Reference>> PROCESSORS =
      Key.optional("processors", IDS, "none", "applied in this order");
  private static final Key<List<Reference>> EXPORTERS =
      Key.optional("exporters", IDS, "required", "where it goes to; at least one");

  private record Parts(
      List<Reference> receivers, List<Reference> processors, List<Reference> exporters) {}

  private static final Block<Parts> PIPELINE =
      Block.of(
              v ->
                  new Parts(
                      atLeastOne(v, RECEIVERS, "receiver"),
                      orNone(v.find(PROCESSORS)),
                      atLeastOne(v, EXPORTERS, "exporter")),
              RECEIVERS,
              PROCESSORS,
              EXPORTERS)
          .builtAlways();

  private static final Type<List<Pipeline>> PIPELINES_TYPE =
      new Type<>() {
        @Override
        public @Nullable List<Pipeline> read(Node node, Place place) {
          return readPipelines(node, place);
        }

        @Override
        public String title() {
          return "map of pipelines";
        }

        @Override
        public Block<?> block() {
          return PIPELINE;
        }
      };

  private static final Key<List<Reference>> EXTENSIONS =
      Key.optional("extensions", IDS, "none", "extensions that run");
  static final Key<List<Pipeline>> PIPELINES =
      Key.required(
          "pipelines",
          PIPELINES_TYPE,
          "by id: `traces`, `logs` or `metrics`, with `/name` for further ones of a signal");
  private static final Key<TelemetryConfig> TELEMETRY =
      Key.block("telemetry", TelemetryBlock.BLOCK, "how the gateway is watched");
  private static final Key<Duration> SHUTDOWN_TIMEOUT =
      Key.of(
          "shutdown_timeout",
          Types.DURATION,
          ServiceConfig.DEFAULT_SHUTDOWN_TIMEOUT,
          "how long a stop may take to drain and flush");

  static final Block<Service> BLOCK =
      Block.of(
              v -> {
                TelemetryConfig telemetry = v.find(TELEMETRY);
                return new Service(
                    orNone(v.find(EXTENSIONS)),
                    orNone(v.find(PIPELINES)),
                    telemetry == null ? TelemetryConfig.DEFAULT : telemetry,
                    v.mark(TELEMETRY),
                    v.get(SHUTDOWN_TIMEOUT));
              },
              EXTENSIONS,
              PIPELINES,
              TELEMETRY,
              SHUTDOWN_TIMEOUT)
          .builtAlways();

  private ServiceBlock() {}

  private static <T> List<T> orNone(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static List<Reference> atLeastOne(Values v, Key<List<Reference>> key, String what) {
    List<Reference> references = v.find(key);
    if (!v.has(key) || (references != null && references.isEmpty())) {
      String found = v.has(key) ? "an empty list" : "missing";
      v.problem(key, found + " (expected: at least one " + what + ")");
    }
    return orNone(references);
  }

  private static @Nullable List<Pipeline> readPipelines(Node node, Place place) {
    if (node instanceof BrokenNode) {
      return null;
    }
    if (!(node instanceof MapNode map) || map.entries().isEmpty()) {
      String found = node instanceof MapNode ? "an empty map" : Node.kind(node);
      place.problem(node.mark(), found + " (expected: at least one pipeline)");
      return null;
    }
    List<Pipeline> pipelines = new ArrayList<>();
    map.entries()
        .forEach((text, entry) -> {
          Pipeline pipeline = readPipeline(text, entry, place.key(text));
          if (pipeline == null) {
            return;
          }
          if (pipelines.stream().anyMatch(other -> other.id().equals(pipeline.id()))) {
            pipeline.place().problem(pipeline.mark(), "given twice (expected: once)");
          }
          pipelines.add(pipeline);
        });
    return pipelines;
  }

  private static @Nullable Pipeline readPipeline(String text, Entry entry, Place place) {
    int slash = text.indexOf('/');
    String key = (slash < 0 ? text : text.substring(0, slash)).strip();
    String name = slash < 0 ? "" : text.substring(slash + 1).strip();
    if (key.equals("profiles")) {
      place.problem(
          entry.keyMark(), "profiles are not supported (expected: traces, logs or metrics)");
      return null;
    }
    Signal signal = signal(key);
    if (signal == null) {
      List<String> keys = Arrays.stream(Signal.values()).map(Signal::key).toList();
      place.problem(entry.keyMark(), "unknown signal " + Suggestion.expected(key, keys));
      String nearest = Suggestion.nearest(key, keys);
      signal = nearest == null ? null : signal(nearest);
    }
    Parts parts = PIPELINE.read(entry.value(), place);
    if (signal == null || parts == null) {
      return null;
    }
    return new Pipeline(
        new PipelineId(signal, name),
        place,
        entry.keyMark(),
        parts.receivers(),
        parts.processors(),
        parts.exporters());
  }

  private static @Nullable Signal signal(String key) {
    for (Signal signal : Signal.values()) {
      if (signal.key().equals(key)) {
        return signal;
      }
    }
    return null;
  }
}
