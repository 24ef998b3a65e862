package dev.headgate.pipeline.process.attributes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnknownFieldSet;
import dev.headgate.config.AttributesConfig;
import dev.headgate.config.AttributesConfig.Action;
import dev.headgate.config.AttributesConfig.Kind;
import dev.headgate.config.AttributesConfig.Target;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.ChainContext;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributesProcessorTest {
  private final ChainContext context = new ChainContext();

  @Test
  void inserts_only_what_is_absent() {
    assertThat(onSpan(List.of(set(Kind.INSERT, "a", "new")), text("b", "1")))
        .containsExactly(text("b", "1"), text("a", "new"));
    assertThat(onSpan(List.of(set(Kind.INSERT, "a", "new")), text("a", "1")))
        .containsExactly(text("a", "1"));
  }

  @Test
  void updates_only_what_is_present() {
    assertThat(onSpan(List.of(set(Kind.UPDATE, "a", 5L)), text("a", "1"), text("b", "2")))
        .containsExactly(attribute("a", AnyValue.newBuilder().setIntValue(5)), text("b", "2"));
    assertThat(onSpan(List.of(set(Kind.UPDATE, "a", 5L)), text("b", "2")))
        .containsExactly(text("b", "2"));
  }

  @Test
  void upserts_values_of_every_type() {
    assertThat(
            onSpan(
                List.of(
                    set(Kind.UPSERT, "s", "x".repeat(300)),
                    set(Kind.UPSERT, "l", -1L),
                    set(Kind.UPSERT, "d", 1.5),
                    set(Kind.UPSERT, "b", false)),
                text("b", "1")))
        .containsExactly(
            attribute("b", AnyValue.newBuilder().setBoolValue(false)),
            text("s", "x".repeat(300)),
            attribute("l", AnyValue.newBuilder().setIntValue(-1)),
            attribute("d", AnyValue.newBuilder().setDoubleValue(1.5)));
  }

  @Test
  void deletes_by_key_and_by_pattern() {
    List<Action> actions =
        List.of(
            new Action(Kind.DELETE, "a", null, null, null),
            new Action(Kind.DELETE, "", null, null, "^http\\."));

    assertThat(
            onSpan(
                actions,
                text("a", "1"),
                text("http.x", "1"),
                text("xhttp.", "1"),
                text("a", "2"),
                text("http.y", "1")))
        .containsExactly(text("xhttp.", "1"));
  }

  @ParameterizedTest
  @CsvSource({
    // printf %s value | sha256sum
    "s, secret, 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
    "s, '', e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "b, true, 4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
    "b, false, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "i, 1, 7c9fa136d4413fa6173637e883b6998d32e1d675f88cddff9dcbcf331820f4b8",
    "d, 1, 6c3c396ed6b5c36dcae172271f462051b1266b851e92df3deea8ac65478fd712",
    "x, '', ''"
  })
  void hashes_as_the_collector(String type, String value, String expected) {
    AnyValue.Builder any = AnyValue.newBuilder();
    switch (type) {
      case "s" -> any.setStringValue(value);
      case "b" -> any.setBoolValue(Boolean.parseBoolean(value));
      case "i" -> any.setIntValue(Long.parseLong(value));
      case "d" -> any.setDoubleValue(Double.parseDouble(value));
      default -> any.setArrayValue(ArrayValue.getDefaultInstance());
    }

    assertThat(onSpan(List.of(new Action(Kind.HASH, "", null, null, "^k")), attribute("k1", any)))
        .containsExactly(text("k1", expected));
  }

  @Test
  void extracts_named_groups_and_overwrites() {
    Action action =
        new Action(
            Kind.EXTRACT,
            "url",
            null,
            null,
            "^(?P<scheme>\\w+)://(?P<host>[^/:]+)(?P<port>:\\d+)?");

    assertThat(AttributesProcessor.problem(action)).isNull();
    assertThat(onSpan(List.of(action), text("host", "old"), text("url", "http://shop/x?scheme=y")))
        .containsExactly(
            text("host", "shop"),
            text("url", "http://shop/x?scheme=y"),
            text("scheme", "http"),
            text("port", ""));
    assertThat(onSpan(List.of(action), text("url", "nothing")))
        .containsExactly(text("url", "nothing"));
  }

  @Test
  void names_patterns_that_cannot_work() {
    assertThat(AttributesProcessor.problem(new Action(Kind.DELETE, "", null, null, "(")))
        .startsWith("invalid pattern");
    assertThat(AttributesProcessor.problem(new Action(Kind.EXTRACT, "k", null, null, "(a)")))
        .startsWith("pattern with unnamed groups");
    assertThat(AttributesProcessor.problem(new Action(Kind.EXTRACT, "k", null, null, null)))
        .startsWith("extract without");
    assertThat(AttributesProcessor.problem(new Action(Kind.DELETE, "", null, null, "^a"))).isNull();
  }

  @Test
  void copies_from_another_attribute_and_sees_earlier_actions() {
    List<Action> actions =
        List.of(
            set(Kind.INSERT, "a", "first"),
            new Action(Kind.UPSERT, "b", null, "a", null),
            new Action(Kind.UPSERT, "c", null, "list", null),
            new Action(Kind.INSERT, "d", null, "absent", null),
            new Action(Kind.DELETE, "a", null, null, null),
            new Action(Kind.HASH, "b", null, null, null),
            new Action(Kind.UPDATE, "b", null, "b", null));
    KeyValue list =
        attribute(
            "list",
            AnyValue.newBuilder()
                .setArrayValue(
                    ArrayValue.newBuilder().addValues(AnyValue.newBuilder().setIntValue(1))));

    assertThat(onSpan(actions, list))
        .containsExactly(
            list,
            text("b", "a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e"),
            attribute("c", list.getValue().toBuilder()));
  }

  @Test
  void passes_on_the_same_object_when_nothing_changes() {
    Payload in = traces(List.of(text("a", "1")));

    for (List<Action> actions :
        List.of(
            List.of(set(Kind.UPSERT, "a", "1")),
            List.of(set(Kind.UPDATE, "b", "1")),
            List.of(set(Kind.INSERT, "a", "2")),
            List.of(new Action(Kind.DELETE, "b", null, null, "^x")),
            List.of(set(Kind.INSERT, "b", "2"), new Action(Kind.DELETE, "b", null, null, null)))) {
      assertThat(processor(Target.ITEM, actions).process(in, context)).isSameAs(in);
    }
  }

  @Test
  void unknown_fields_of_an_attribute_survive_a_new_value() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                15,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("kept"))
                    .build())
            .build();
    KeyValue strange = text("a", "1").toBuilder().setUnknownFields(unknown).build();

    assertThat(onSpan(List.of(set(Kind.UPSERT, "a", "2")), strange))
        .containsExactly(text("a", "2").toBuilder().setUnknownFields(unknown).build());
  }

  @Test
  void changes_log_records_and_points_of_all_kinds() throws InvalidProtocolBufferException {
    AttributesProcessor processor =
        processor(
            Target.ITEM,
            List.of(
                set(Kind.UPSERT, "env", "prod"), new Action(Kind.DELETE, "x", null, null, null)));
    KeyValue before = text("x", "1");
    KeyValue after = text("env", "prod");

    Payload logs = processor.process(payload(Signal.LOGS, logs(before), 1), context);
    Payload metrics = processor.process(payload(Signal.METRICS, metrics(before), 5), context);

    assertThat(ExportLogsServiceRequest.parseFrom(logs.bytes())).isEqualTo(logs(after));
    assertThat(ExportMetricsServiceRequest.parseFrom(metrics.bytes())).isEqualTo(metrics(after));
    assertThat(metrics.items()).isEqualTo(5);
  }

  @Test
  void changes_resources_and_gives_one_to_those_without() throws InvalidProtocolBufferException {
    ScopeSpans scopes =
        ScopeSpans.newBuilder().addSpans(Span.newBuilder().addAttributes(text("a", "1"))).build();
    ExportTraceServiceRequest in =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scopes))
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(
                        Resource.newBuilder()
                            .addAttributes(text("a", "1"))
                            .setDroppedAttributesCount(3))
                    .addScopeSpans(scopes))
            .build();

    Payload out =
        processor(Target.RESOURCE, List.of(set(Kind.UPSERT, "a", "2")))
            .process(payload(Signal.TRACES, in, 2), context);
    Payload deleted =
        processor(Target.RESOURCE, List.of(new Action(Kind.DELETE, "b", null, null, null)))
            .process(out, context);

    assertThat(ExportTraceServiceRequest.parseFrom(out.bytes()))
        .isEqualTo(
            ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                    ResourceSpans.newBuilder()
                        .setResource(Resource.newBuilder().addAttributes(text("a", "2")))
                        .addScopeSpans(scopes))
                .addResourceSpans(
                    ResourceSpans.newBuilder()
                        .setResource(
                            Resource.newBuilder()
                                .addAttributes(text("a", "2"))
                                .setDroppedAttributesCount(3))
                        .addScopeSpans(scopes))
                .build());
    assertThat(deleted).isSameAs(out);
  }

  @Test
  void agrees_with_a_model_on_random_attributes_and_actions() {
    for (long seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      List<KeyValue> attributes = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        attributes.add(text("k" + random.nextInt(4), "v" + "x".repeat(random.nextInt(200))));
      }
      List<Action> actions = new ArrayList<>();
      List<KeyValue> model = new ArrayList<>(attributes);
      for (int i = random.nextInt(5); i >= 0; i--) {
        String key = "k" + random.nextInt(5);
        boolean copies = random.nextBoolean();
        Action action =
            switch (random.nextInt(4)) {
              case 0 -> new Action(Kind.DELETE, key, null, null, null);
              case 1 -> source(Kind.INSERT, key, copies);
              case 2 -> source(Kind.UPDATE, key, copies);
              default -> source(Kind.UPSERT, key, copies);
            };
        actions.add(action);
        applyToModel(model, action);
      }

      assertThat(onSpan(actions, attributes.toArray(new KeyValue[0])))
          .as("seed %d", seed)
          .isEqualTo(model);
    }
  }

  private static Action source(Kind kind, String key, boolean copies) {
    return copies
        ? new Action(kind, key, null, "k1", null)
        : new Action(kind, key, "new", null, null);
  }

  private static void applyToModel(List<KeyValue> model, Action action) {
    if (action.kind() == Kind.DELETE) {
      model.removeIf(attribute -> attribute.getKey().equals(action.key()));
      return;
    }
    AnyValue value =
        action.fromAttribute() == null
            ? AnyValue.newBuilder().setStringValue("new").build()
            : first(model, action.fromAttribute());
    if (value == null) {
      return;
    }
    boolean present = first(model, action.key()) != null;
    if (!present && action.kind() != Kind.UPDATE) {
      model.add(attribute(action.key(), value.toBuilder()));
    } else if (present && action.kind() != Kind.INSERT) {
      model.replaceAll(old ->
          old.getKey().equals(action.key()) ? attribute(action.key(), value.toBuilder()) : old);
    }
  }

  private static @Nullable AnyValue first(List<KeyValue> model, String key) {
    for (KeyValue attribute : model) {
      if (attribute.getKey().equals(key)) {
        return attribute.getValue();
      }
    }
    return null;
  }

  private List<KeyValue> onSpan(List<Action> actions, KeyValue... attributes) {
    Payload out = processor(Target.ITEM, actions).process(traces(List.of(attributes)), context);
    try {
      Span span =
          ExportTraceServiceRequest.parseFrom(out.bytes())
              .getResourceSpans(0)
              .getScopeSpans(0)
              .getSpans(0);
      assertThat(span.toBuilder().clearAttributes().build())
          .isEqualTo(Span.newBuilder().setName("n").setDroppedEventsCount(2).build());
      return span.getAttributesList();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static AttributesProcessor processor(Target target, List<Action> actions) {
    return new AttributesProcessor(new AttributesConfig(target, actions));
  }

  private static Action set(Kind kind, String key, Object value) {
    return new Action(kind, key, value, null, null);
  }

  private static KeyValue text(String key, String value) {
    return attribute(key, AnyValue.newBuilder().setStringValue(value));
  }

  private static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static Payload payload(Signal signal, MessageLite request, int items) {
    return new Payload(signal, Tenant.NONE, request.toByteArray(), items);
  }

  private static Payload traces(List<KeyValue> attributes) {
    ExportTraceServiceRequest request =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .addSpans(
                                Span.newBuilder()
                                    .setName("n")
                                    .addAllAttributes(attributes)
                                    .setDroppedEventsCount(2))))
            .build();
    return payload(Signal.TRACES, request, 1);
  }

  private static ExportLogsServiceRequest logs(KeyValue attribute) {
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder()
                .addScopeLogs(
                    ScopeLogs.newBuilder()
                        .addLogRecords(
                            LogRecord.newBuilder().setFlags(1).addAttributes(attribute))))
        .build();
  }

  private static ExportMetricsServiceRequest metrics(KeyValue attribute) {
    NumberDataPoint number =
        NumberDataPoint.newBuilder().addAttributes(attribute).setAsInt(1).build();
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .addScopeMetrics(
                    ScopeMetrics.newBuilder()
                        .addMetrics(
                            Metric.newBuilder().setGauge(Gauge.newBuilder().addDataPoints(number)))
                        .addMetrics(
                            Metric.newBuilder().setSum(Sum.newBuilder().addDataPoints(number)))
                        .addMetrics(
                            Metric.newBuilder()
                                .setHistogram(
                                    Histogram.newBuilder()
                                        .addDataPoints(
                                            HistogramDataPoint.newBuilder()
                                                .addAttributes(attribute))))
                        .addMetrics(
                            Metric.newBuilder()
                                .setExponentialHistogram(
                                    ExponentialHistogram.newBuilder()
                                        .addDataPoints(
                                            ExponentialHistogramDataPoint.newBuilder()
                                                .addAttributes(attribute))))
                        .addMetrics(
                            Metric.newBuilder()
                                .setSummary(
                                    Summary.newBuilder()
                                        .addDataPoints(
                                            SummaryDataPoint.newBuilder()
                                                .addAttributes(attribute))))))
        .build();
  }
}
