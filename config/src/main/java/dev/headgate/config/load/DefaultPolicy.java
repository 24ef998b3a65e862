package dev.headgate.config.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The configuration that runs when no file is given.
///
/// It is an ordinary configuration text with references to the environment; only which exporters
/// and pipelines stand in it depends on the variables that are set. A variable that is set to
/// nothing counts as not set.
///
/// The comment in its first line is there for the AOT cache too: training reads this text, and a
/// parser that has met no comment would load its classes for them from the jars at each start from
/// a file.
public final class DefaultPolicy {
  /// What errors call it.
  public static final String NAME = "default policy";

  private static final String BEFORE_EXPORTERS =
      """
      # What runs without a file.
      receivers:
        otlp:
          protocols:
            grpc:
              endpoint: <listen>:4317
            http:
              endpoint: <listen>:4318

      processors:
        memory_limiter:
          check_interval: 1s
          limit_percentage: 75
        redaction:
          allow_all_keys: true
          blocked_keys:
            - "*.token*"
            - "*.secret*"
            - "*.password*"
            - "*.key*"
            - "*.authorization"
            - "*.proxy-authorization"
            - "*.cookie"
            - "*.set-cookie"
            - "*.set_cookie"
            - "*.x-api-key"
            - "*.x-auth-token"
          replacement: "[REDACTED]"
        log_scrubber:
        probabilistic_sampler:
          sampling_percentage: <percentage>
          always_sample: [error]
        cardinality_guard:
          series_limit: 100
        batch:

      exporters:
      """;

  private static final String TEMPO =
      """
        otlp/tempo:
          endpoint: ${env:TEMPO_ENDPOINT}
          tls:
            insecure: true
      """;

  private static final String LOKI =
      """
        otlphttp/loki:
          endpoint: ${env:LOKI_ENDPOINT}
      """;

  private static final String MIMIR =
      """
        otlphttp/mimir:
          endpoint: ${env:MIMIR_ENDPOINT}
      """;

  private static final String FILE =
      """
        file:
          path: <output>
          append: true
          rotation:
            max_megabytes: 100
            max_backups: 3
      """;

  private static final String SERVICE =
      """

      extensions:
        health_check:
          endpoint: <listen>:13133

      service:
        extensions: [health_check]
        telemetry:
          metrics:
            address: <admin>:8888
        pipelines:
      """;

  private DefaultPolicy() {}

  /// The text as a source for [ConfigLoader#load].
  public static ConfigSource source(Function<String, @Nullable String> environment) {
    return new ConfigSource(NAME, yaml(environment));
  }

  /// The text. Traces go to `TEMPO_ENDPOINT`, logs to `LOKI_ENDPOINT`, metrics to `MIMIR_ENDPOINT`;
  /// a signal whose variable is not set is not taken. With none of the three set, all signals go to
  /// a file.
  public static String yaml(Function<String, @Nullable String> environment) {
    boolean tempo = isSet(environment, "TEMPO_ENDPOINT");
    boolean loki = isSet(environment, "LOKI_ENDPOINT");
    boolean mimir = isSet(environment, "MIMIR_ENDPOINT");
    boolean file = !tempo && !loki && !mimir;
    String listen = reference(environment, "HEADGATE_LISTEN", "localhost");
    StringBuilder yaml =
        new StringBuilder(
            BEFORE_EXPORTERS
                .replace("<listen>", listen)
                .replace(
                    "<percentage>", reference(environment, "HEADGATE_SAMPLING_PERCENTAGE", "100")));
    List<String> pipelines = new ArrayList<>();
    if (tempo || file) {
      pipelines.add(pipeline("traces", "redaction, probabilistic_sampler", file, "otlp/tempo"));
    }
    if (loki || file) {
      pipelines.add(pipeline("logs", "redaction, log_scrubber", file, "otlphttp/loki"));
    }
    if (mimir || file) {
      pipelines.add(pipeline("metrics", "redaction, cardinality_guard", file, "otlphttp/mimir"));
    }
    yaml.append(tempo ? TEMPO : "").append(loki ? LOKI : "").append(mimir ? MIMIR : "");
    if (file) {
      yaml.append(
          FILE.replace(
              "<output>", reference(environment, "HEADGATE_OUTPUT", "headgate-output.jsonl")));
    }
    yaml.append(
        SERVICE
            .replace("<listen>", listen)
            .replace("<admin>", reference(environment, "HEADGATE_ADMIN_LISTEN", "localhost")));
    pipelines.forEach(yaml::append);
    return yaml.toString();
  }

  private static String pipeline(String signal, String processors, boolean file, String exporter) {
    return """
        %s:
          receivers: [otlp]
          processors: [memory_limiter, %s, batch]
          exporters: [%s]
    """
        .formatted(signal, processors, file ? "file" : exporter);
  }

  private static boolean isSet(Function<String, @Nullable String> environment, String name) {
    String value = environment.apply(name);
    return value != null && !value.isBlank();
  }

  /// A reference with its default, or the default alone where the variable is set to nothing: an
  /// empty address would mean all interfaces, an empty percentage nothing at all.
  private static String reference(
      Function<String, @Nullable String> environment, String name, String defaultValue) {
    return environment.apply(name) == null || isSet(environment, name)
        ? "${env:" + name + ":-" + defaultValue + "}"
        : defaultValue;
  }
}
