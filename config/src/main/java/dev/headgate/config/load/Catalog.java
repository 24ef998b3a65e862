package dev.headgate.config.load;

import dev.headgate.config.ComponentId;
import dev.headgate.config.ExporterConfig;
import dev.headgate.config.ExtensionConfig;
import dev.headgate.config.OtlpReceiverConfig;
import dev.headgate.config.ProcessorConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Every component type this version knows, and the Collector's that it does not run.
final class Catalog {
  private static final String AGENT =
      "an agent beside the source that sends OTLP to the otlp receiver";

  static final Section<OtlpReceiverConfig> RECEIVERS =
      new Section<>("receiver", receivers(), unsupportedReceivers(), Map.of());

  static final Section<ProcessorConfig> PROCESSORS =
      new Section<>("processor", processors(), unsupportedProcessors(), Map.of());

  static final Section<ExporterConfig> EXPORTERS =
      new Section<>("exporter", exporters(), unsupportedExporters(), Map.of());

  static final Section<ExtensionConfig> EXTENSIONS =
      new Section<>("extension", extensions(), unsupportedExtensions(), idleExtensions());

  /// None runs here; those of the Collector are known by name.
  static final Section<ComponentId> CONNECTORS =
      new Section<>("connector", Map.of(), unsupportedConnectors(), Map.of());

  private Catalog() {}

  private static Map<String, Block<? extends OtlpReceiverConfig>> receivers() {
    return Map.of("otlp", OtlpReceiverBlock.BLOCK);
  }

  private static Map<String, Block<? extends ProcessorConfig>> processors() {
    Map<String, Block<? extends ProcessorConfig>> blocks = new LinkedHashMap<>();
    blocks.put("memory_limiter", ProcessorBlocks.MEMORY_LIMITER);
    blocks.put("redaction", RedactionBlock.BLOCK);
    blocks.put("log_scrubber", ProcessorBlocks.LOG_SCRUBBER);
    blocks.put("probabilistic_sampler", SamplerBlock.BLOCK);
    blocks.put("filter", FilterBlock.BLOCK);
    blocks.put("transform", TransformBlock.BLOCK);
    blocks.put("attributes", AttributesBlock.ATTRIBUTES);
    blocks.put("resource", AttributesBlock.RESOURCE);
    blocks.put("cardinality_guard", CardinalityGuardBlock.BLOCK);
    blocks.put("batch", ProcessorBlocks.BATCH);
    return blocks;
  }

  private static Map<String, Block<? extends ExporterConfig>> exporters() {
    Map<String, Block<? extends ExporterConfig>> blocks = new LinkedHashMap<>();
    blocks.put("otlp", ExporterBlocks.OTLP_GRPC);
    blocks.put("otlp_grpc", ExporterBlocks.OTLP_GRPC);
    blocks.put("otlphttp", ExporterBlocks.OTLP_HTTP);
    blocks.put("otlp_http", ExporterBlocks.OTLP_HTTP);
    blocks.put("file", ExporterBlocks.FILE);
    blocks.put("debug", ExporterBlocks.DEBUG);
    blocks.put("nop", ExporterBlocks.NOP);
    return blocks;
  }

  private static Map<String, Block<? extends ExtensionConfig>> extensions() {
    Map<String, Block<? extends ExtensionConfig>> blocks = new LinkedHashMap<>();
    blocks.put("health_check", HealthCheckBlock.BLOCK);
    blocks.put("bearertokenauth", AuthBlocks.BEARER_TOKEN);
    blocks.put("basicauth", AuthBlocks.BASIC);
    blocks.put("headers_setter", AuthBlocks.HEADERS_SETTER);
    return blocks;
  }

  private static Map<String, String> unsupportedReceivers() {
    Map<String, String> types = new LinkedHashMap<>();
    put(
        types,
        AGENT,
        List.of(
            "carbon",
            "collectd",
            "docker_stats",
            "filelog",
            "fluentforward",
            "hostmetrics",
            "influxdb",
            "journald",
            "k8s_cluster",
            "k8s_events",
            "k8sobjects",
            "kubeletstats",
            "loki",
            "prometheus",
            "prometheusremotewrite",
            "statsd",
            "syslog",
            "tcplog",
            "udplog"));
    put(types, "OTLP from the producers to the otlp receiver", List.of("kafka", "otelarrow"));
    put(
        types,
        "OTLP from the application to the otlp receiver",
        List.of("jaeger", "opencensus", "zipkin"));
    return types;
  }

  private static Map<String, String> unsupportedProcessors() {
    Map<String, String> types = new LinkedHashMap<>();
    types.put("tail_sampling", "probabilistic_sampler with always_sample: [error]");
    types.put("dynamic_sampling", "probabilistic_sampler with always_sample: [error]");
    types.put("cardinality_guardian", "cardinality_guard");
    types.put("queuebatch", "sending_queue.batch of the exporter");
    types.put("span", "attributes in the application, or redaction of span names");
    types.put("groupbytrace", "no processor: the backend groups by trace");
    types.put("groupbyattrs", "resource");
    types.put("logdedup", "filter");
    types.put("logstransform", "log_scrubber");
    put(
        types,
        "OTEL_RESOURCE_ATTRIBUTES in the application, or an agent on the node",
        List.of("k8sattributes", "k8s_attributes", "resourcedetection"));
    put(
        types,
        "cardinality_guard to limit series, or the backend's own rules",
        List.of("metricsgeneration", "interval"));
    types.put("metricstransform", "transform to rename, cardinality_guard to limit series");
    put(
        types,
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE in the application",
        List.of("cumulativetodelta", "deltatocumulative", "deltatorate", "metric_start_time"));
    put(types, "pipelines of their own", List.of("routing"));
    return types;
  }

  private static Map<String, String> unsupportedExporters() {
    Map<String, String> types = new LinkedHashMap<>();
    types.put("logging", "debug");
    types.put("loki", "otlphttp with endpoint http://loki:3100/otlp");
    types.put("prometheusremotewrite", "otlphttp with endpoint http://mimir:8080/otlp");
    types.put("prometheus", "otlphttp with endpoint http://prometheus:9090/api/v1/otlp");
    types.put("jaeger", "otlp: Jaeger takes OTLP on 4317");
    types.put("zipkin", "otlp to a backend that takes OTLP");
    types.put("loadbalancing", "otlp with endpoint dns:///name:4317, or a proxy in front");
    types.put("otelarrow", "otlp with compression: zstd");
    put(
        types,
        "otlp or otlphttp where the backend takes OTLP, else a Collector behind this gateway",
        List.of(
            "awss3",
            "awsxray",
            "azuremonitor",
            "clickhouse",
            "datadog",
            "elasticsearch",
            "googlecloud",
            "kafka",
            "opensearch",
            "splunk_hec",
            "syslog"));
    return types;
  }

  private static Map<String, String> unsupportedExtensions() {
    Map<String, String> types = new LinkedHashMap<>();
    types.put("file_storage", "sending_queue in memory, bounded by max_bytes");
    types.put("memory_limiter", "the memory_limiter processor; the byte budget is always in force");
    types.put("healthcheckv2", "health_check");
    put(
        types,
        "headers of the exporter with the secret from ${env:NAME}",
        List.of("oauth2client", "asapclient", "azureauth", "googleclientauth"));
    types.put("sigv4auth", "a signing proxy in front of the backend");
    put(types, "a proxy in front", List.of("oidc"));
    put(types, "a file and a restart", List.of("opamp"));
    return types;
  }

  private static Map<String, String> idleExtensions() {
    Map<String, String> types = new LinkedHashMap<>();
    types.put("zpages", "see /metrics");
    types.put("pprof", "use the Java Flight Recorder");
    types.put("memory_ballast", "the Java heap needs none");
    return types;
  }

  private static Map<String, String> unsupportedConnectors() {
    Map<String, String> types = new LinkedHashMap<>();
    types.put("forward", "the same receiver in several pipelines");
    types.put("routing", "pipelines of their own with a filter each");
    types.put("failover", "one exporter whose endpoint is a proxy in front of the backends");
    types.put("roundrobin", "one exporter whose endpoint is a proxy in front of the backends");
    types.put("otlpjson", "OTLP from the source to the otlp receiver");
    put(types, "the metrics-generator of Tempo", List.of("spanmetrics", "servicegraph"));
    put(
        types,
        "recording rules of the backend",
        List.of(
            "count",
            "datadog",
            "exceptions",
            "grafanacloud",
            "metricsaslogs",
            "signaltometrics",
            "slowsql",
            "sum"));
    return types;
  }

  private static void put(Map<String, String> types, String alternative, List<String> names) {
    names.forEach(name -> types.put(name, alternative));
  }
}
