package dev.headgate.pipeline.process.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.re2j.Pattern;
import com.sun.management.ThreadMXBean;
import dev.headgate.config.ComponentId;
import dev.headgate.config.LogScrubberConfig;
import dev.headgate.config.LogScrubberConfig.Rule;
import dev.headgate.config.RulePack;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.otlp.RandomOtlp;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.LendingContext;
import dev.headgate.pipeline.process.regex.GoReplace;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogScrubberProcessorTest {
  private static final List<Rule> DEFAULTS =
      List.of(
          new Rule(
              "\"(access_token|refresh_token|session_token)\"\\s*:\\s*\"[^\"]*\"",
              "\"$1\":\"[REDACTED]\""),
          new Rule("Bearer\\s+[A-Za-z0-9\\-._~+/]+=*", "Bearer [REDACTED]"));

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ScrubMetrics metrics = new ScrubMetrics(registry);
  private final ChainContext context = LendingContext.create();

  @Test
  void rewrites_tokens_in_a_body_with_the_default_rules() {
    LogScrubberProcessor scrubber = scrubber(DEFAULTS);
    assertThat(
            scrub(
                scrubber,
                "é {\"access_token\" : \"a.b\", \"x\":1} Authorization: Bearer  abc.def=="
                    + " \"Bearer"))
        .isEqualTo(
            "é {\"access_token\":\"[REDACTED]\", \"x\":1} Authorization: Bearer [REDACTED]"
                + " \"Bearer");
    assertThat(hits()).containsExactly(1.0, 1.0);
  }

  @Test
  void applies_each_rule_to_what_the_one_before_has_left() {
    LogScrubberProcessor scrubber =
        scrubber(
            List.of(
                new Rule("user=(?P<name>\\w+)", "u:${name}"),
                new Rule("u:(\\w)\\w*", "u:$1$$"),
                new Rule("never", "x")));
    assertThat(scrub(scrubber, "login user=alice ok")).isEqualTo("login u:a$ ok");
    assertThat(hits()).containsExactly(1.0, 1.0, 0.0);
  }

  @Test
  void redacts_a_text_that_would_be_read_to_its_end_behind_every_match() {
    LogScrubberProcessor scrubber = scrubber(List.of(new Rule("<(.*>)?", "($1)")));
    assertThat(scrub(scrubber, "<".repeat(4 << 10))).isEqualTo("[REDACTED]");
    assertThat(scrub(scrubber, "a <b> < c")).isEqualTo("a (b>) () c");
  }

  @Test
  void rewrites_what_the_same_edit_with_builders_rewrites() {
    List<Rule> rules = new ArrayList<>(DEFAULTS);
    rules.add(new Rule("(\\w+)ï", "<$1>"));
    rules.add(new Rule("(?i)k|smile|$", "\uD83D\uDE00"));
    rules.add(new Rule("[0-9]{4} ", ""));
    LogScrubberProcessor scrubber = scrubber(rules);
    LogScrubberProcessor defaults = scrubber(DEFAULTS);
    RandomOtlp random = new RandomOtlp(20261121).withValueDepth(12);
    int unchanged = 0;
    for (int i = 0; i < 150; i++) {
      byte[] bytes = random.next(Signal.LOGS);
      ExportLogsServiceRequest request =
          (ExportLogsServiceRequest) RandomOtlp.parse(Signal.LOGS, bytes);
      Payload payload = payload(bytes);
      assertThat(
              RandomOtlp.parse(Signal.LOGS, scrubber.process(payload, context).bytes().toArray()))
          .isEqualTo(expected(request, rules));

      Payload result = defaults.process(payload, context);
      ExportLogsServiceRequest expected = expected(request, DEFAULTS);
      assertThat(RandomOtlp.parse(Signal.LOGS, result.bytes().toArray())).isEqualTo(expected);
      if (expected.equals(request)) {
        unchanged++;
        assertThat(result).isSameAs(payload);
      }
    }
    assertThat(unchanged).isBetween(10, 149);
  }

  @Test
  void applies_the_rule_pack_to_what_the_rules_have_left() {
    LogScrubberProcessor scrubber =
        new LogScrubberProcessor(
            ComponentId.parse("log_scrubber"),
            new LogScrubberConfig(List.of(new Rule("bob", "x")), List.of(RulePack.SECRETS)),
            metrics);
    String password = "pass" + "word=";
    assertThat(scrub(scrubber, "user=bob " + password + "hunter2, " + password + "bob"))
        .isEqualTo("user=x " + password + "[REDACTED], " + password + "[REDACTED]");
    assertThat(scrub(scrubber, "token expired")).isEqualTo("token expired");
    assertThat(hits().stream().mapToDouble(Double::doubleValue).sum()).isEqualTo(3);
  }

  @Test
  void passes_other_signals_on_untouched() {
    LogScrubberProcessor scrubber = scrubber(List.of(new Rule(".", "x")));
    for (Signal signal : List.of(Signal.TRACES, Signal.METRICS)) {
      Payload payload =
          new Payload(signal, Tenant.NONE, SpareBytes.of(new RandomOtlp(1).next(signal)), 1);
      assertThat(scrubber.process(payload, context)).isSameAs(payload);
    }
  }

  @Test
  void looks_at_bodies_only() throws InvalidProtocolBufferException {
    KeyValue attribute = KeyValue.newBuilder().setKey("secret").setValue(text("secret")).build();
    LogRecord log =
        LogRecord.newBuilder()
            .setSeverityText("secret")
            .setBody(
                AnyValue.newBuilder()
                    .setKvlistValue(KeyValueList.newBuilder().addValues(attribute)))
            .addAttributes(attribute)
            .build();
    Payload payload = payload(request(log).toByteArray());
    LogScrubberProcessor scrubber = scrubber(List.of(new Rule("secret", "safe")));
    assertThat(
            ExportLogsServiceRequest.parseFrom(
                scrubber.process(payload, context).bytes().toArray()))
        .isEqualTo(
            request(
                log.toBuilder()
                    .setBody(
                        AnyValue.newBuilder()
                            .setKvlistValue(
                                KeyValueList.newBuilder()
                                    .addValues(attribute.toBuilder().setValue(text("safe")))))
                    .build()));
  }

  @Test
  void allocates_nothing_when_nothing_matches() {
    LogScrubberProcessor scrubber = scrubber(DEFAULTS);
    Payload payload =
        payload(
            request(LogRecord.newBuilder().setBody(text("{\"a\":\"Bear er\",\"é\":1}")).build())
                .toByteArray());
    for (int i = 0; i < 100; i++) {
      assertThat(scrubber.process(payload, context)).isSameAs(payload);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < 1000; i++) {
      scrubber.process(payload, context);
    }
    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(1000);
  }

  private static ExportLogsServiceRequest expected(
      ExportLogsServiceRequest request, List<Rule> rules) {
    ExportLogsServiceRequest.Builder result = request.toBuilder();
    for (ResourceLogs.Builder resource : result.getResourceLogsBuilderList()) {
      for (ScopeLogs.Builder scope : resource.getScopeLogsBuilderList()) {
        for (LogRecord.Builder log : scope.getLogRecordsBuilderList()) {
          if (log.hasBody()) {
            expected(log.getBodyBuilder(), rules);
          }
        }
      }
    }
    return result.build();
  }

  private static void expected(AnyValue.Builder value, List<Rule> rules) {
    switch (value.getValueCase()) {
      case STRING_VALUE -> {
        String text = value.getStringValue();
        for (Rule rule : rules) {
          text = GoReplace.all(Pattern.compile(rule.pattern()), text, rule.replacement());
        }
        value.setStringValue(text);
      }
      case ARRAY_VALUE ->
          value.getArrayValueBuilder().getValuesBuilderList().forEach(v -> expected(v, rules));
      case KVLIST_VALUE -> {
        for (KeyValue.Builder entry : value.getKvlistValueBuilder().getValuesBuilderList()) {
          if (entry.hasValue()) {
            expected(entry.getValueBuilder(), rules);
          }
        }
      }
      default -> {}
    }
  }

  private LogScrubberProcessor scrubber(List<Rule> rules) {
    return new LogScrubberProcessor(
        ComponentId.parse("log_scrubber"), new LogScrubberConfig(rules, List.of()), metrics);
  }

  private List<Double> hits() {
    return registry.scrape().stream()
        .map(CounterSnapshot.class::cast)
        .flatMap(snapshot -> snapshot.getDataPoints().stream())
        .map(point -> point.getValue())
        .toList();
  }

  private String scrub(LogScrubberProcessor scrubber, String body) {
    byte[] bytes = request(LogRecord.newBuilder().setBody(text(body)).build()).toByteArray();
    try {
      return ExportLogsServiceRequest.parseFrom(
              scrubber.process(payload(bytes), context).bytes().toArray())
          .getResourceLogs(0)
          .getScopeLogs(0)
          .getLogRecords(0)
          .getBody()
          .getStringValue();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ExportLogsServiceRequest request(LogRecord log) {
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder().addScopeLogs(ScopeLogs.newBuilder().addLogRecords(log)))
        .build();
  }

  private static Payload payload(byte[] bytes) {
    return new Payload(Signal.LOGS, Tenant.NONE, SpareBytes.of(bytes), 1);
  }

  private static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }
}
