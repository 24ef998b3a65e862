package dev.headgate.config.load;

/// What the reference page says beside its tables.
final class ReferenceText {
  static final String INTRODUCTION =
      """
      # Configuration reference

      This page is generated from the tables that read the configuration and from [differences.md](differences.md); a
      test compares it with them. What a file does otherwise here than in the Collector stands under
      [Differs from the Collector on purpose](#differs-from-the-collector-on-purpose).

      Headgate reads the OpenTelemetry Collector's YAML: `receivers`, `processors`, `exporters`, `extensions` and
      `service`, with component ids `type` or `type/name`. Keys fall into four classes: **honoured** (the tables below);
      **harmless here** (accepted with one notice); **the Collector's but not supported** (an error that names the
      alternative, unless the value asks for nothing, such as `false`, `0`, an empty list or `enabled: false`); and
      **unknown** (an error with the nearest valid name). All problems are reported at once as `file:line: path: what
      (expected: ...)`; nothing is bound before the configuration holds.

      - **Several files** (`--config` more than once) are laid over each other: maps merge key by key, lists are replaced,
        `key:` without a value wipes what was there. `--set path.to.key=value` comes last; its value is YAML.
      - **Environment**: `${env:NAME}`, `${NAME}` and `${env:NAME:-default}` inside any value (not in keys). A variable
        without default that is not set is an error; one that is set to nothing is empty, as in the Collector. `$$` is
        `$`; a `$` before anything but `{` or `$` stays. What a variable holds is text: `0123` stays so where a text is
        expected, and is never read as YAML or expanded again. Other sources (`${file:...}`) are not supported.
      - **Values**: durations are Go's (`200ms`, `1m30s`, `1.5h`, `0`); sizes are bytes or `64KiB`, `64MiB`, `1GiB`
        (`KB`, `MB`, `GB` are powers of ten); patterns are RE2: a search takes linear time, and a text in which
        replacing would take more becomes `[REDACTED]`. Lists of names may be written `a,b`. YAML
        anchors and `<<` work. A file holds at most 1 MiB and 50,000 values.
      - **Secrets** (`headers`, `hash_key`) appear in no error, log line or metric; `print-config` masks them.
      - Components that `service` does not name are checked but not started, with a notice.

      """;

  static final String PROCESSOR_NOTES =
      """
      Processors may stand in any order; `batch` sets the batching of the pipeline's exporters wherever it stands. A
      processor that does nothing for a pipeline's signal (`log_scrubber` outside logs, `cardinality_guard` outside
      metrics, `probabilistic_sampler` in metrics, `filter` without conditions for the signal) is accepted with a notice.

      """;

  static final String DEFAULT_POLICY =
      """
      ## Without a file

      `headgate run` without `--config` uses the text below. These variables steer it; one that is set to nothing counts
      as not set.

      | variable | default | meaning |
      |---|---|---|
      | `HEADGATE_LISTEN` | `localhost` | address of OTLP and of the health check; `0.0.0.0` in a container |
      | `HEADGATE_ADMIN_LISTEN` | `localhost` | address of `/metrics` |
      | `HEADGATE_SAMPLING_PERCENTAGE` | `100` | share of the traces that is kept; spans with errors always are |
      | `TEMPO_ENDPOINT` | none | where traces go: `host:port` of OTLP/gRPC, plain text unless it begins with `https://` |
      | `LOKI_ENDPOINT` | none | where logs go: base URL of OTLP/HTTP, such as `http://loki:3100/otlp` |
      | `MIMIR_ENDPOINT` | none | where metrics go: base URL of OTLP/HTTP, such as `http://mimir:8080/otlp` |
      | `HEADGATE_OUTPUT` | `headgate-output.jsonl` | the file, when none of the three endpoints is set |

      With one or two of the endpoints set, the other signals have no pipeline: clients are told so (404, UNIMPLEMENTED).
      With none set, all three go to the file:

      """;

  private ReferenceText() {}
}
