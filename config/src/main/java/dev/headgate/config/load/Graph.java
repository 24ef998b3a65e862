package dev.headgate.config.load;

import dev.headgate.config.AttributesConfig;
import dev.headgate.config.BatchConfig;
import dev.headgate.config.CardinalityGuardConfig;
import dev.headgate.config.ComponentId;
import dev.headgate.config.ExporterConfig;
import dev.headgate.config.ExtensionConfig;
import dev.headgate.config.FilterConfig;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.HealthCheckConfig;
import dev.headgate.config.LogScrubberConfig;
import dev.headgate.config.MatchProperties;
import dev.headgate.config.MemoryLimiterConfig;
import dev.headgate.config.OtlpHttpExporterConfig;
import dev.headgate.config.OtlpReceiverConfig;
import dev.headgate.config.OttlGroup;
import dev.headgate.config.PipelineConfig;
import dev.headgate.config.ProcessorConfig;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.SamplerConfig;
import dev.headgate.config.ServiceConfig;
import dev.headgate.config.Signal;
import dev.headgate.config.TransformConfig;
import dev.headgate.config.load.RootBlock.Root;
import dev.headgate.config.load.ServiceBlock.Pipeline;
import dev.headgate.config.load.ServiceBlock.Service;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Connects what was read: resolves references, and reports what cannot run or never would.
///
/// **Threading:** confined to the loading thread.
final class Graph {
  private final Place root;
  private final Service service;
  private final Set<ComponentId> connectors;

  private final Set<ComponentId> usedReceivers = new HashSet<>();
  private final Set<ComponentId> usedProcessors = new HashSet<>();
  private final Set<ComponentId> usedExporters = new HashSet<>();
  private final Set<ComponentId> usedExtensions = new HashSet<>();

  /// @param connectors ids of connectors, which were refused already
  private Graph(Place root, Service service, Set<ComponentId> connectors) {
    this.root = root;
    this.service = service;
    this.connectors = connectors;
  }

  /// Checks everything that can be checked; the configuration, or null when a section is missing.
  /// It is valid only if no problem was reported at all.
  static @Nullable GatewayConfig connect(Root read, Place root) {
    Service service = read.service();
    if (service == null) {
      return null;
    }
    Graph graph = new Graph(root, service, read.connectors());
    graph.resolveAll(read);
    graph.checkAuthenticators();
    Declared<OtlpReceiverConfig> receivers = read.receivers();
    Declared<ProcessorConfig> processors = read.processors();
    Declared<ExporterConfig> exporters = read.exporters();
    Declared<ExtensionConfig> extensions = read.extensions();
    if (processors != null) {
      graph.checkProcessors(processors);
    }
    if (exporters != null) {
      graph.checkEndpoints(exporters);
    }
    if (receivers == null || processors == null || exporters == null || extensions == null) {
      return null;
    }
    GatewayConfig config =
        new GatewayConfig(
            receivers.only(graph.usedReceivers),
            processors.only(graph.usedProcessors),
            exporters.only(graph.usedExporters),
            healthChecks(extensions.only(graph.usedExtensions)),
            graph.serviceConfig(extensions));
    new ListenCheck(root)
        .check(config, receivers.marks(), extensions.marks(), service.telemetryMark());
    return config;
  }

  private void resolveAll(Root read) {
    for (Pipeline pipeline : service.pipelines()) {
      resolve(pipeline.receivers(), read.receivers(), "receiver", usedReceivers);
      resolve(pipeline.processors(), read.processors(), "processor", usedProcessors);
      resolve(pipeline.exporters(), read.exporters(), "exporter", usedExporters);
    }
    resolve(service.extensions(), read.extensions(), "extension", usedExtensions);
    noteUnused("receivers", read.receivers(), usedReceivers, "no pipeline uses it");
    noteUnused("processors", read.processors(), usedProcessors, "no pipeline uses it");
    noteUnused("exporters", read.exporters(), usedExporters, "no pipeline uses it");
    noteUnused("extensions", read.extensions(), usedExtensions, "service.extensions lacks it");
  }

  private void resolve(
      List<Reference> references,
      @Nullable Declared<?> declared,
      String kind,
      Set<ComponentId> used) {
    Set<ComponentId> here = new HashSet<>();
    for (Reference reference : references) {
      ComponentId id = reference.id();
      used.add(id);
      if (!here.add(id)) {
        reference.problem("'" + Shown.name(id.toString()) + "' is named twice (expected: once)");
      } else if (declared != null
          && !declared.marks().containsKey(id)
          && !connectors.contains(id)) {
        reference.problem(unknown(id, kind, declared));
      }
    }
  }

  private static String unknown(ComponentId id, String kind, Declared<?> declared) {
    String name = "'" + Shown.name(id.toString()) + "' ";
    String instead = Catalog.CONNECTORS.unsupported().get(id.type());
    boolean end = kind.equals("receiver") || kind.equals("exporter");
    return end && instead != null
        ? name + "is a connector, which is not supported (expected: " + instead + ")"
        : "unknown "
            + kind
            + " "
            + name
            + Suggestion.expected(id.toString(), Section.names(declared));
  }

  private void noteUnused(
      String section, @Nullable Declared<?> declared, Set<ComponentId> used, String why) {
    if (declared == null) {
      return;
    }
    declared
        .marks()
        .forEach((id, mark) -> {
          if (!used.contains(id) && !declared.idle().contains(id)) {
            root.key(section).key(id.toString()).notice(mark, "is not started: " + why);
          }
        });
  }

  private void checkProcessors(Declared<ProcessorConfig> processors) {
    for (Pipeline pipeline : service.pipelines()) {
      for (Reference reference : pipeline.processors()) {
        ProcessorConfig config = processors.valid().get(reference.id());
        if (config instanceof AttributesConfig attributes) {
          checkMatch(attributes.include(), "include", pipeline.id().signal(), reference);
          checkMatch(attributes.exclude(), "exclude", pipeline.id().signal(), reference);
        }
        if (config != null && !acts(config, pipeline.id().signal())) {
          reference
              .place()
              .notice(
                  reference.mark(),
                  "has no effect here: "
                      + reference.id()
                      + " does nothing for "
                      + pipeline.id().signal().key());
        }
      }
    }
  }

  /// As in the Collector, properties that the items of a pipeline do not have are an error.
  private static void checkMatch(
      @Nullable MatchProperties match, String key, Signal signal, Reference reference) {
    if (match == null) {
      return;
    }
    String where = "'" + Shown.name(reference.id().toString()) + "': its " + key;
    List<String> foreign = match.foreignKeys(signal);
    if (!foreign.isEmpty()) {
      reference.problem(
          where
              + " has "
              + String.join(", ", foreign)
              + ", which "
              + signal.key()
              + " do not have (expected: a processor of its own for "
              + signal.key()
              + ")");
    } else if (signal == Signal.METRICS && match.metricNames().isEmpty()) {
      reference
          .place()
          .notice(reference.mark(), where + " has no effect on metrics without metric_names");
    }
  }

  private static boolean acts(ProcessorConfig config, Signal signal) {
    return switch (config) {
      case LogScrubberConfig _ -> signal == Signal.LOGS;
      case CardinalityGuardConfig _ -> signal == Signal.METRICS;
      case SamplerConfig _ -> signal != Signal.METRICS;
      case FilterConfig filter -> hasGroup(filter.groups(), signal);
      case TransformConfig transform -> hasGroup(transform.groups(), signal);
      case MemoryLimiterConfig _, RedactionConfig _, AttributesConfig _, BatchConfig _ -> true;
    };
  }

  private static boolean hasGroup(List<OttlGroup> groups, Signal signal) {
    return groups.stream().anyMatch(group -> group.signal() == signal);
  }

  /// An OTLP/HTTP exporter may have URLs for some signals only.
  private void checkEndpoints(Declared<ExporterConfig> exporters) {
    for (Pipeline pipeline : service.pipelines()) {
      Signal signal = pipeline.id().signal();
      for (Reference reference : pipeline.exporters()) {
        if (exporters.valid().get(reference.id()) instanceof OtlpHttpExporterConfig http
            && !http.endpoints().containsKey(signal)) {
          reference.problem(
              "'"
                  + reference.id()
                  + "' has no URL for "
                  + signal.key()
                  + " (expected: endpoint or "
                  + signal.key()
                  + "_endpoint in exporters."
                  + reference.id()
                  + ")");
        }
      }
    }
  }

  private static Map<ComponentId, HealthCheckConfig> healthChecks(
      Map<ComponentId, ExtensionConfig> extensions) {
    Map<ComponentId, HealthCheckConfig> healthChecks = new LinkedHashMap<>();
    extensions.forEach((id, extension) -> {
      if (extension instanceof HealthCheckConfig healthCheck) {
        healthChecks.put(id, healthCheck);
      }
    });
    return healthChecks;
  }

  /// The Collector finds only extensions that run.
  private void checkAuthenticators() {
    for (Reference reference : root.reading().authenticators()) {
      ComponentId component = reference.place().component();
      boolean used = usedReceivers.contains(component) || usedExporters.contains(component);
      if (used
          && !usedExtensions.contains(reference.id())
          && root.reading().extensions().marks().containsKey(reference.id())) {
        reference.problem(
            "'"
                + Shown.name(reference.id().toString())
                + "' is not started (expected: its id in service.extensions)");
      }
    }
  }

  private ServiceConfig serviceConfig(Declared<ExtensionConfig> extensions) {
    return new ServiceConfig(
        ids(service.extensions()).stream().filter(id -> !extensions.idle().contains(id)).toList(),
        service.pipelines().stream()
            .map(pipeline ->
                new PipelineConfig(
                    pipeline.id(),
                    ids(pipeline.receivers()),
                    ids(pipeline.processors()),
                    ids(pipeline.exporters())))
            .toList(),
        service.telemetry(),
        service.shutdownTimeout());
  }

  private static List<ComponentId> ids(List<Reference> references) {
    return references.stream().map(Reference::id).toList();
  }
}
