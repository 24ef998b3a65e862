package dev.headgate.config.load;

import dev.headgate.config.AdminConfig;
import dev.headgate.config.HostPort;
import dev.headgate.config.TelemetryConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `service.telemetry`.
final class TelemetryBlock {
  private static final TelemetryConfig DEFAULT = TelemetryConfig.DEFAULT;
  private static final HostPort DEFAULT_ADDRESS = new HostPort("localhost", 8888);

  /// Where a scrape finds the metrics and how they are named.
  private record Scrape(HostPort address, boolean withTypeSuffix) {}

  private static final Key<String> HOST =
      Key.of("host", Types.NAME, DEFAULT_ADDRESS.host(), "address to listen on");
  private static final Key<Integer> PORT =
      Key.of("port", Types.integer(0, 65_535), DEFAULT_ADDRESS.port(), "port to listen on");
  private static final Key<Boolean> WITHOUT_TYPE_SUFFIX =
      Key.of(
          "without_type_suffix",
          Types.BOOL,
          !DEFAULT.withTypeSuffix(),
          "false adds `_total` to the Collector's counters");
  private static final Key<Scrape> PROMETHEUS =
      Key.presence(
          "prometheus",
          Block.of(
                  v ->
                      new Scrape(
                          new HostPort(unbracketed(v.get(HOST)), v.get(PORT)),
                          !v.get(WITHOUT_TYPE_SUFFIX)),
                  HOST,
                  PORT,
                  WITHOUT_TYPE_SUFFIX)
              .harmless(
                  "names carry no unit and no scope, as in a scrape of the Collector",
                  "without_units",
                  "without_scope_info",
                  "with_resource_constant_labels",
                  "translation_strategy"),
          "required",
          "");
  private static final Key<Scrape> EXPORTER =
      Key.presence("exporter", Block.of(v -> required(v, PROMETHEUS), PROMETHEUS), "required", "");
  private static final Key<Scrape> PULL =
      Key.presence("pull", Block.of(v -> required(v, EXPORTER), EXPORTER), "required", "");
  private static final Block<Scrape> READER =
      Block.of(v -> required(v, PULL), PULL)
          .unsupported("pull.exporter.prometheus, to be scraped", "periodic");

  private static final Key<String> METRICS_LEVEL =
      Key.of(
          "level",
          Types.choice(metricsLevels()),
          "normal",
          "none switches `/metrics` off; the others mean the same here");
  private static final Key<HostPort> ADDRESS =
      Key.of("address", Types.LISTEN, DEFAULT_ADDRESS, "where `/metrics` listens");
  private static final Key<List<Scrape>> READERS =
      Key.optional(
          "readers",
          ListType.of(READER, "readers"),
          "`address`",
          "the newer form of `address`; one reader");

  /// The outcome of `metrics`: null address = off.
  private record Metrics(@Nullable HostPort address, boolean withTypeSuffix) {}

  private static final Key<Metrics> METRICS =
      Key.block(
          "metrics",
          Block.of(TelemetryBlock::metrics, METRICS_LEVEL, ADDRESS, READERS)
              .harmless("all metrics are shown as they are", "views"),
          "the gateway's own metrics");

  private static final Key<String> LOG_LEVEL =
      Key.of(
          "level",
          Types.choice(logLevels()),
          DEFAULT.logLevel(),
          "the least severe level that is logged");
  private static final Key<String> LOGS =
      Key.block(
          "logs",
          Block.of(v -> v.get(LOG_LEVEL), LOG_LEVEL)
              .harmless(
                  "logs are JSON lines on standard error, limited in rate",
                  "encoding",
                  "development",
                  "disable_caller",
                  "disable_stacktrace",
                  "disable_zap_resource",
                  "sampling",
                  "output_paths",
                  "error_output_paths",
                  "initial_fields",
                  "processors"),
          "the gateway's own log");

  private static final Key<AdminConfig> ADMIN =
      Key.presence(
          "admin",
          AdminBlock.BLOCK,
          "none",
          "the operator's page `/ops` and API `/admin/`, beside `/metrics`, and who may use them");

  static final Block<TelemetryConfig> BLOCK =
      Block.of(TelemetryBlock::telemetry, METRICS, LOGS, ADMIN)
          .harmless("the gateway sends no traces of itself", "traces")
          .harmless("the gateway's metrics carry its own resource", "resource");

  private TelemetryBlock() {}

  private static TelemetryConfig telemetry(Values v) {
    Metrics metrics = v.get(METRICS);
    AdminConfig admin = v.find(ADMIN);
    if (admin != null && metrics.address() == null) {
      v.problem(ADMIN, "nothing listens for it (expected: metrics with an address)");
    }
    return new TelemetryConfig(metrics.address(), metrics.withTypeSuffix(), v.get(LOGS), admin);
  }

  private static <T> @Nullable T required(Values v, Key<T> key) {
    T value = v.find(key);
    if (value == null) {
      v.problem(key, "missing (expected: pull.exporter.prometheus with host and port)");
    }
    return value;
  }

  private static Metrics metrics(Values v) {
    List<Scrape> readers = v.find(READERS);
    if (readers != null && readers.size() > 1) {
      v.problem(READERS, readers.size() + " readers (expected: one)");
    }
    if (v.get(METRICS_LEVEL).equals("none") || (readers != null && readers.isEmpty())) {
      return new Metrics(null, false);
    }
    if (v.has(METRICS_LEVEL)) {
      v.place()
          .key(METRICS_LEVEL.name())
          .notice(v.mark(METRICS_LEVEL), "has no effect here: all metrics are always shown");
    }
    if (readers == null) {
      return new Metrics(v.get(ADDRESS), DEFAULT.withTypeSuffix());
    }
    if (v.has(ADDRESS)) {
      v.place().key(ADDRESS.name()).notice(v.mark(ADDRESS), "has no effect beside readers");
    }
    return new Metrics(readers.getFirst().address(), readers.getFirst().withTypeSuffix());
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static Map<String, String> metricsLevels() {
    Map<String, String> levels = new LinkedHashMap<>();
    for (String level : List.of("none", "basic", "normal", "detailed")) {
      levels.put(level, level);
    }
    return levels;
  }

  private static Map<String, String> logLevels() {
    Map<String, String> levels = new LinkedHashMap<>();
    for (String level : List.of("DEBUG", "INFO", "WARN", "ERROR")) {
      levels.put(level.toLowerCase(Locale.ROOT), level);
    }
    return levels;
  }
}
