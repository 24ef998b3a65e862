package dev.headgate.config.load;

import static dev.headgate.config.load.TestConfigs.load;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.GatewayConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigPrinterTest {
  @Test
  void masks_every_secret_and_expands_the_rest() throws ConfigException {
    String yaml =
        """
        receivers: {otlp: {protocols: {grpc: }}}
        processors:
          redaction: {action: hash, hash_key: "${env:KEY}", blocked_keys: [hash_key]}
        exporters:
          otlp:
            endpoint: ${env:HOST}:4317
            headers:
              Authorization: Bearer s3cr3t
          otlp/list:
            endpoint: h:1
            headers: [{name: x, value: s3cr3t}]
        service:
          telemetry: {traces: {headers: {a: s3cr3t}}}
          pipelines:
            traces: {receivers: [otlp], processors: [redaction], exporters: [otlp, otlp/list]}
        """;

    String printed =
        load(Map.of("KEY", "s3cr3t-0123456789012345678901234", "HOST", "tempo"), yaml).maskedYaml();

    assertThat(printed).doesNotContain("s3cr3t");
    assertThat(printed)
        .isEqualTo(
            """
            receivers:
              otlp:
                protocols:
                  grpc:
            processors:
              redaction:
                action: hash
                hash_key: "[REDACTED]"
                blocked_keys:
                  - hash_key
            exporters:
              otlp:
                endpoint: tempo:4317
                headers:
                  Authorization: "[REDACTED]"
              otlp/list:
                endpoint: h:1
                headers:
                  -
                    name: x
                    value: "[REDACTED]"
            service:
              telemetry:
                traces:
                  headers:
                    a: "[REDACTED]"
              pipelines:
                traces:
                  receivers:
                    - otlp
                  processors:
                    - redaction
                  exporters:
                    - otlp
                    - otlp/list
            """);
  }

  @Test
  void what_it_prints_means_the_same() throws ConfigException {
    String yaml =
        """
        receivers: {otlp: {protocols: {http: {endpoint: "[::1]:4318"}}}}
        processors:
          attributes:
            actions:
              - {key: whole, action: insert, value: 42}
              - {key: text, action: insert, value: "42"}
              - {key: flag, action: insert, value: "true"}
              - {key: nothing, action: insert, value: "null"}
              - {key: dot, action: insert, value: ".5"}
              - {key: number, action: insert, value: -.5}
              - {key: variable, action: insert, value: "${env:N}"}
              - key: plain_variable
                action: insert
                value: ${env:N}
              - {key: odd, action: insert, value: "a: b #c\\t\\"d\\" \\\\ \\u0001 é - 'x'"}
              - {key: dollars, action: insert, value: "$$$$ $$ $${x} $1 $"}
              - key: "#x: y"
                action: insert
                value: |
                  two
                  lines
          log_scrubber:
            rules: [{pattern: '^(a)$', replacement: '$1 [x]'}]
          filter: {}
          redaction: {blocked_keys: [], ignored_keys: ['*', '&a', '!b', '%c', '@d', '- e', '? f']}
        exporters: {nop: }
        service:
          pipelines:
            logs:
              receivers: [otlp]
              processors: [attributes, log_scrubber, filter, redaction]
              exporters: [nop]
        """;
    LoadResult first = load(Map.of("N", "7"), yaml);

    GatewayConfig again = load(first.maskedYaml()).config();

    assertThat(again).isEqualTo(first.config());
    assertThat(load(first.maskedYaml()).maskedYaml()).isEqualTo(first.maskedYaml());
  }

  @Test
  void what_it_prints_of_headers_can_be_read_again() throws ConfigException {
    String yaml =
        """
        receivers: {otlp: {protocols: {http: {include_metadata: true}}}}
        extensions:
          headers_setter/team:
            headers:
              - {key: X-Team, action: insert, from_context: X-Team, default_value: s3cr3t}
              - {key: X-Token, value: s3cr3t}
              - {key: X-Old, action: delete}
        exporters:
          otlphttp:
            endpoint: https://h:1
            auth: {authenticator: headers_setter/team}
            headers: [{name: a, value: s3cr3t}, {name: b, value: s3cr3t}]
        service:
          extensions: [headers_setter/team]
          pipelines: {traces: {receivers: [otlp], exporters: [otlphttp]}}
        """;

    LoadResult first = load(yaml);

    assertThat(first.maskedYaml()).doesNotContain("s3cr3t");
    assertThat(load(first.maskedYaml()).config())
        .isEqualTo(load(yaml.replace("s3cr3t", "'" + ConfigPrinter.MASK + "'")).config())
        .isNotEqualTo(first.config());
    assertThat(load(first.maskedYaml()).maskedYaml()).isEqualTo(first.maskedYaml());
    assertThat(load(yaml.replace("from_context: X-Team", "from_context: X-Group")).maskedYaml())
        .isNotEqualTo(first.maskedYaml());
  }
}
