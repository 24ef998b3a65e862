package dev.headgate.config.load;

import static dev.headgate.config.load.TestConfigs.problems;
import static dev.headgate.config.load.TestConfigs.processor;
import static dev.headgate.config.load.TestConfigs.withProcessor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.BatchConfig;
import dev.headgate.config.CardinalityGuardConfig;
import dev.headgate.config.FilterConfig;
import dev.headgate.config.LogScrubberConfig;
import dev.headgate.config.MemoryLimiterConfig;
import dev.headgate.config.OttlGroup;
import dev.headgate.config.OttlGroup.ErrorMode;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.DbSanitizer.Language;
import dev.headgate.config.RulePack;
import dev.headgate.config.SamplerConfig;
import dev.headgate.config.Signal;
import dev.headgate.config.TransformConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessorReadingTest {
  /// The one problem of a processor's block, without `file:line: `.
  private static String problem(String id, String block) {
    List<Problem> problems = problems(withProcessor(id, block));
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().file()).isEqualTo("gateway.yaml");
    assertThat(problems.getFirst().line()).isPositive();
    return problems.getFirst().path() + ": " + problems.getFirst().message();
  }

  @Test
  void processors_without_a_block_have_their_defaults() throws ConfigException {
    assertThat(processor("batch", "")).isEqualTo(BatchConfig.DEFAULT);
    assertThat(processor("memory_limiter", "")).isEqualTo(new MemoryLimiterConfig(0, 0, 0, 0));
    assertThat(processor("log_scrubber", "")).isEqualTo(LogScrubberConfig.DEFAULT);
    assertThat(processor("probabilistic_sampler", "")).isEqualTo(SamplerConfig.DEFAULT);
    assertThat(processor("cardinality_guard", "{}")).isEqualTo(CardinalityGuardConfig.DEFAULT);
  }

  @Test
  void rule_packs_come_beside_the_default_rules_or_alone() throws ConfigException {
    assertThat(processor("log_scrubber", "{rule_packs: [secrets]}"))
        .isEqualTo(
            new LogScrubberConfig(LogScrubberConfig.DEFAULT.rules(), List.of(RulePack.SECRETS)));
    assertThat(processor("log_scrubber", "{rules: [], rule_packs: [secrets]}"))
        .isEqualTo(new LogScrubberConfig(List.of(), List.of(RulePack.SECRETS)));
    RedactionConfig redaction =
        (RedactionConfig) processor("redaction", "{allow_all_keys: true, rule_packs: [secrets]}");
    assertThat(redaction.values().rulePacks()).containsExactly(RulePack.SECRETS);
  }

  @Test
  void a_redaction_without_keys_stays_closed_as_in_the_collector() throws ConfigException {
    RedactionConfig redaction = (RedactionConfig) processor("redaction", "");

    assertThat(redaction.keys().allowAll()).isFalse();
    assertThat(redaction.keys().allowed()).isEmpty();
    assertThat(redaction.replacement()).isEqualTo("****");
    assertThat(redaction.coverage()).isEqualTo(RedactionConfig.Coverage.ALL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{limit_mib: 100} | 104857600 | 0 | 20971520 | 0",
        "{limit_percentage: 75} | 0 | 75 | 0 | 15",
        "{limit_percentage: 75, spike_limit_percentage: 25} | 0 | 75 | 0 | 25",
        "{limit_mib: 100, limit_percentage: 75, spike_limit_mib: 10} | 104857600 | 0 | 10485760 | 0"
      })
  void the_memory_limiter_leaves_a_fifth_free_unless_told(
      String block, long limit, double percentage, long spike, double spikePercentage)
      throws ConfigException {
    assertThat(processor("memory_limiter", block))
        .isEqualTo(new MemoryLimiterConfig(limit, percentage, spike, spikePercentage));
  }

  @Test
  void reports_a_spike_limit_above_the_limit_at_its_key() {
    assertThat(problem("memory_limiter", "{limit_mib: 100, spike_limit_mib: 100}"))
        .isEqualTo(
            "processors.memory_limiter.spike_limit_mib: 100 (expected: less than limit_mib)");
  }

  @Test
  void reads_a_redaction() throws ConfigException {
    RedactionConfig redaction =
        (RedactionConfig)
            processor(
                "redaction",
                "{allow_all_keys: true, blocked_keys: ['*.token*', exact], ignored_keys: 'a, b',"
                    + " action: hash, hash_key: 0123456789abcdef0123456789abcdef, mode: audit,"
                    + " coverage: collector, replacement: ''}");

    assertThat(redaction.keys().blocked()).containsExactly("*.token*", "exact");
    assertThat(redaction.keys().ignored()).containsExactly("a", "b");
    assertThat(redaction.action()).isEqualTo(RedactionConfig.Action.HASH);
    assertThat(redaction.hashing().key().reveal()).hasSize(32);
    assertThat(redaction.mode()).isEqualTo(RedactionConfig.Mode.AUDIT);
    assertThat(redaction.coverage()).isEqualTo(RedactionConfig.Coverage.COLLECTOR);
    assertThat(redaction.replacement()).isEmpty();
  }

  @Test
  void hashing_needs_a_long_key_that_is_not_shown() {
    assertThat(problem("redaction", "{action: hash}"))
        .startsWith("processors.redaction.hash_key: missing (expected: a key of at least 32 bytes");
    assertThat(problem("redaction", "{action: hash, hash_key: shortsecret}"))
        .startsWith("processors.redaction.hash_key: too short")
        .doesNotContain("shortsecret");
  }

  @Test
  void reads_the_other_keys_of_the_collectors_redaction() throws ConfigException {
    RedactionConfig redaction =
        (RedactionConfig)
            processor(
                "redaction",
                "{ignored_key_patterns: ['^safe'], allowed_values: [ok], redact_all_types: true,"
                    + " summary: debug, hash_function: SHA3,"
                    + " url_sanitizer: {enabled: true, attributes: [url.full]},"
                    + " db_sanitizer: {redis: {enabled: true}, sql: {enabled: true, attributes:"
                    + " [q]}, mongo: {attributes: [m]}, sanitize_span_name: false}}");

    assertThat(redaction.keys().ignoredPatterns()).containsExactly("^safe");
    assertThat(redaction.values())
        .isEqualTo(new RedactionConfig.Values(List.of(), List.of("ok"), true, List.of()));
    assertThat(redaction.summary()).isEqualTo(RedactionConfig.Summary.DEBUG);
    assertThat(redaction.action()).isEqualTo(RedactionConfig.Action.HASH);
    assertThat(redaction.hashing())
        .isEqualTo(new RedactionConfig.Hashing(RedactionConfig.HashFunction.SHA3, null));
    assertThat(redaction.urlSanitizer())
        .isEqualTo(new RedactionConfig.UrlSanitizer(List.of("url.full"), true));
    assertThat(redaction.dbSanitizer())
        .isEqualTo(
            new RedactionConfig.DbSanitizer(
                List.of(
                    new Language(RedactionConfig.Database.SQL, List.of("q")),
                    new Language(RedactionConfig.Database.REDIS, List.of())),
                false));
  }

  @Test
  void reads_keys_that_tell_what_their_texts_hold() throws ConfigException {
    RedactionConfig redaction =
        (RedactionConfig)
            processor("redaction", "{cut_queries: [url.full], mask_literals: [db.statement]}");

    assertThat(redaction.keyedTexts())
        .isEqualTo(new RedactionConfig.KeyedTexts(List.of("url.full"), List.of("db.statement")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{url_sanitizer: {enabled: false, attributes: [a]}}",
        "{db_sanitizer: {sql: {attributes: [a]}}}",
        "{hash_function: ''}",
        "{summary: ''}",
        "{hmac_key: unused}"
      })
  void a_redaction_that_names_a_feature_without_switching_it_on(String block)
      throws ConfigException {
    assertThat(processor("redaction", block)).isEqualTo(processor("redaction", ""));
  }

  @Test
  void patterns_are_not_split_at_commas() {
    assertThat(problem("redaction", "{blocked_values: 'a{1,2}'}"))
        .isEqualTo(
            "processors.redaction.blocked_values: a single value (expected: a list of RE2"
                + " patterns)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redaction | {hash_function: crc32} | hash_function: 'crc32' is not known (expected: one of"
            + " md5, sha1, sha3, hmac-sha256, hmac-sha512",
        "redaction | {hash_function: md5, action: delete} | action: delete (expected: hash",
        "redaction | {hash_function: hmac-sha256} | hmac_key: missing (expected: a key of at least"
            + " 32 bytes)",
        "redaction | {hash_function: hmac-sha512, hmac_key: 0123456789abcdef0123456789abcdef} |"
            + " hmac_key: too short (expected: a key of at least 64 bytes)",
        "redaction | {db_sanitizer: {oracle: {enabled: true}}} | db_sanitizer.oracle: unknown key",
        "redaction | {summary: verbose} | summary: 'verbose' is not known (expected: one of silent,"
            + " info, debug",
        "redaction | {blocked_key: [x]} | blocked_key: unknown key (expected: a known one; did"
            + " you mean 'blocked_keys'?)",
        "batch | {metadata_keys: [x]} | metadata_keys: not supported",
        "batch | {send_batch_size: 10, send_batch_max_size: 5} | send_batch_max_size: 5 (expected:"
            + " at least 10)",
        "batch | [] | a list (expected: a map of keys)",
        "probabilistic_sampler | {sampling_percentage: -1} | sampling_percentage: '-1' is out of"
            + " range",
        "probabilistic_sampler | {sampling_precision: 15} | sampling_precision: '15' is out of",
        "probabilistic_sampler | {mode: hashseed} | mode: 'hashseed' is not known (expected: one"
            + " of hash_seed, proportional, equalizing; did you mean 'hash_seed'?)",
        "probabilistic_sampler | {always_sample: [errors]} | always_sample[0]: 'errors' is not",
        "probabilistic_sampler | {hash_seed: 4294967296} | hash_seed: '4294967296' is out of",
        "filter | {trace_conditions: [x]} | trace_conditions[0]: 'x' is not a condition: no",
        "filter | {trace_conditions: ['a == 1', {conditions: ['b == 1']}]} |"
            + " trace_conditions: texts and groups in one list (expected: only texts,",
        "filter | {log_conditions: [{context: span, conditions: ['b == 1']}]} |"
            + " log_conditions[0].context: 'span' is not known (expected: one of resource, scope,",
        "filter | {log_conditions: [{context: log}]} | log_conditions[0].conditions: missing",
        "filter | {log_conditions: ['a == 1'], logs: {log_record: ['a == 1']}} | log_conditions:"
            + " given beside logs",
        "filter | {spans: {include: {services: [x]}}} | spans: not supported (expected:",
        "transform | {trace_statements: [x]} | trace_statements[0]: 'x' is not a statement: no"
            + " call",
        "transform | {log_statements: [{context: log, statements: ['f()', y]}]} |"
            + " log_statements[0].statements[1]: 'y' is not a statement",
        "transform | {log_statements: [{statements: ['f()'], conditions: [z]}]} |"
            + " log_statements[0].conditions[0]: 'z' is not a condition",
        "transform | {log_statements: ['nowhere()']} | log_statements: no context",
        "transform | {flatten_data: true} | flatten_data: not supported",
        "filter | {traces: {span: ['no comparison']}} | traces.span[0]: 'no comparison' is not a"
            + " condition: no comparison for span",
        "filter | {logs: {include: {match_type: strict}}} | logs.include: not supported",
        "filter | {error_mode: loud} | error_mode: 'loud' is not known",
        "cardinality_guard | {series_limit: 0} | series_limit: '0' is out of range",
        "cardinality_guard | {value_limit: {a: 0}} | value_limit.a: '0' is out of range",
        "cardinality_guard | {value_limit: [1]} | value_limit: a list (expected:",
        "cardinality_guard | {idle_timeout: 0} | idle_timeout: PT0S (expected: more than zero)",
        "log_scrubber | {rules: []} | rules: an empty list",
        "log_scrubber | {rule_packs: [secret]} | rule_packs[0]: 'secret' is not known",
        "log_scrubber | {rules: [{pattern: '', replacement: x}]} | rules[0].pattern: '' is empty",
        "log_scrubber | {rules: [{pattern: a}]} | rules[0].replacement: missing",
        "log_scrubber | {rules: [{pattern: '(a)', replacement: $2}]} | rules[0].replacement: no"
            + " group 2 (expected: groups that the pattern has)",
        "memory_limiter | {limit_percentage: 101} | limit_percentage: '101' is out of range",
        "memory_limiter | {check_interval: fast} | check_interval: 'fast' is not a duration"
      },
      quoteCharacter = '"')
  void reports_the_key_and_what_was_expected(String id, String block, String expected) {
    String path = "processors." + id;
    assertThat(problem(id, block))
        .startsWith(path)
        .satisfies(
            text -> assertThat(text.substring(path.length() + 1).strip()).startsWith(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "batch | {metadata_keys: []}",
        "batch | {metadata_cardinality_limit: 30}",
        "memory_limiter | {min_gc_interval_when_soft_limited: 10s}"
      },
      quoteCharacter = '"')
  void takes_keys_that_ask_for_nothing_with_a_notice(String id, String block)
      throws ConfigException {
    assertThat(TestConfigs.load(withProcessor(id, block)).notices())
        .singleElement()
        .asString()
        .startsWith("gateway.yaml:3: processors." + id + ".")
        .contains("has no effect here");
  }

  @Test
  void reads_a_sampler() throws ConfigException {
    assertThat(
            processor(
                "probabilistic_sampler",
                "{sampling_percentage: 12.5, mode: equalizing, hash_seed: 4294967295,"
                    + " sampling_precision: 14, fail_closed: false, always_sample: [error],"
                    + " error_severity_number: 21, attribute_source: record, from_attribute: a,"
                    + " sampling_priority: p}"))
        .isEqualTo(
            new SamplerConfig(
                12.5,
                SamplerConfig.Mode.EQUALIZING,
                -1,
                14,
                false,
                true,
                21,
                SamplerConfig.AttributeSource.RECORD,
                "a",
                "p"));
  }

  @Test
  void reads_a_filter() throws ConfigException {
    assertThat(
            processor(
                "filter",
                "{error_mode: propagate, traces: {span: ['a == 1'], spanevent: ['b == 2']}, logs:"
                    + " {resource: ['g == 7'], log_record: ['c == 3']}, metrics: {metric: ['d =="
                    + " 4'], datapoint: ['e == 5', 'f == 6']}}"))
        .isEqualTo(
            new FilterConfig(
                List.of(
                    conditions(Signal.TRACES, "span", "a == 1"),
                    conditions(Signal.TRACES, "spanevent", "b == 2"),
                    conditions(Signal.LOGS, "resource", "g == 7"),
                    conditions(Signal.LOGS, "log", "c == 3"),
                    conditions(Signal.METRICS, "metric", "d == 4"),
                    conditions(Signal.METRICS, "datapoint", "e == 5", "f == 6"))));
  }

  @Test
  void reads_a_filter_with_groups() throws ConfigException {
    assertThat(
            processor(
                "filter",
                """
                {trace_conditions: ['a == 1', 'b == 2'],
                 log_conditions: [{context: Log, conditions: ['c == 3'], error_mode: silent},
                                  {conditions: ['d == 4']}]}
                """))
        .isEqualTo(
            new FilterConfig(
                List.of(
                    group(Signal.TRACES, "", List.of("a == 1", "b == 2"), ErrorMode.IGNORE),
                    group(Signal.LOGS, "log", List.of("c == 3"), ErrorMode.SILENT),
                    group(Signal.LOGS, "", List.of("d == 4"), ErrorMode.IGNORE))));
  }

  @Test
  void reads_a_transform() throws ConfigException {
    assertThat(
            processor(
                "transform",
                """
                {error_mode: silent,
                 trace_statements: ['f()', 'g()'],
                 metric_statements: [{context: datapoint, conditions: ['c == 3'],
                                      statements: ['h()'], error_mode: propagate}]}
                """))
        .isEqualTo(
            new TransformConfig(
                List.of(
                    new OttlGroup(
                        Signal.TRACES, "", List.of(), List.of("f()", "g()"), ErrorMode.SILENT),
                    new OttlGroup(
                        Signal.METRICS,
                        "datapoint",
                        List.of("c == 3"),
                        List.of("h()"),
                        ErrorMode.PROPAGATE))));
  }

  private static OttlGroup conditions(Signal signal, String context, String... texts) {
    return group(signal, context, List.of(texts), ErrorMode.PROPAGATE);
  }

  private static OttlGroup group(
      Signal signal, String context, List<String> conditions, ErrorMode errorMode) {
    return new OttlGroup(signal, context, conditions, List.of(), errorMode);
  }

  @Test
  void reads_a_cardinality_guard_with_both_forms_of_value_limits() throws ConfigException {
    assertThat(processor("cardinality_guard", "{value_limit: 50, mode: report}"))
        .isEqualTo(
            new CardinalityGuardConfig(100, 50, Map.of(), false, Duration.ofHours(1), List.of()));
    assertThat(
            processor(
                "cardinality_guard",
                "{series_limit: 7, value_limit: {error.type: 20}, idle_timeout: 10m,"
                    + " label_allowlist: [a, b]}"))
        .isEqualTo(
            new CardinalityGuardConfig(
                7, 0, Map.of("error.type", 20), true, Duration.ofMinutes(10), List.of("a", "b")));
  }

  @Test
  void an_expanded_text_stays_a_text_where_one_is_expected() throws ConfigException {
    String yaml =
        withProcessor("redaction", "{replacement: '${env:R}', blocked_keys: ['${env:R}']}");

    RedactionConfig redaction =
        (RedactionConfig)
            TestConfigs.load(Map.of("R", "0123"), yaml)
                .config()
                .processors()
                .values()
                .iterator()
                .next();

    assertThat(redaction.replacement()).isEqualTo("0123");
    assertThat(redaction.keys().blocked()).containsExactly("0123");
  }

  @Test
  void an_expanded_text_is_converted_where_something_else_is_expected() throws ConfigException {
    String yaml = withProcessor("batch", "{timeout: '${env:T}', send_batch_size: '${env:N}'}");

    assertThat(TestConfigs.load(Map.of("T", "3s", "N", "17"), yaml).config().processors().values())
        .containsExactly(new BatchConfig(Duration.ofSeconds(3), 17, 0));
  }

  @Test
  void a_wrong_value_from_the_environment_is_not_shown() {
    String yaml = withProcessor("batch", "{timeout: '${env:T}'}");

    assertThat(TestConfigs.texts(problems(Map.of("T", "s3cr3t"), yaml)))
        .containsExactly(
            "gateway.yaml:3: processors.batch.timeout: the value of '${env:T}' is not a duration"
                + " (expected: a number with a unit such as 200ms, 5s or 1m30s)");
  }

  @Test
  void refuses_a_processor_of_the_collector_with_an_alternative() {
    assertThat(problem("tail_sampling", "{policies: []}"))
        .isEqualTo(
            "processors.tail_sampling: the processor 'tail_sampling' is not supported (expected:"
                + " probabilistic_sampler with always_sample: [error])");
  }
}
