package dev.headgate.pipeline.process.attributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnknownFieldSet;
import dev.headgate.config.AttributeAction;
import dev.headgate.config.AttributeAction.Source;
import dev.headgate.config.AttributeAction.When;
import dev.headgate.config.AttributeValue;
import dev.headgate.config.AttributesConfig;
import dev.headgate.config.AttributesConfig.Target;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.LendingContext;
import dev.headgate.pipeline.wire.OutputLimitException;
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
import java.util.Arrays;
import java.util.List;
import java.util.ListIterator;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributesProcessorTest {
  private final ChainContext context = LendingContext.create();

  @Test
  void inserts_only_what_is_absent() {
    assertThat(onSpan(List.of(set(When.ABSENT, "a", "new")), text("b", "1")))
        .containsExactly(text("b", "1"), text("a", "new"));
    assertThat(onSpan(List.of(set(When.ABSENT, "a", "new")), text("a", "1")))
        .containsExactly(text("a", "1"));
  }

  @Test
  void updates_only_what_is_present() {
    assertThat(onSpan(List.of(set(When.PRESENT, "a", 5L)), text("a", "1"), text("b", "2")))
        .containsExactly(attribute("a", AnyValue.newBuilder().setIntValue(5)), text("b", "2"));
    assertThat(onSpan(List.of(set(When.PRESENT, "a", 5L)), text("b", "2")))
        .containsExactly(text("b", "2"));
  }

  @Test
  void upserts_values_of_every_type() {
    assertThat(
            onSpan(
                List.of(
                    set(When.ALWAYS, "s", "x".repeat(300)),
                    set(When.ALWAYS, "l", -1L),
                    set(When.ALWAYS, "d", 1.5),
                    set(When.ALWAYS, "b", false)),
                text("b", "1")))
        .containsExactly(
            attribute("b", AnyValue.newBuilder().setBoolValue(false)),
            text("s", "x".repeat(300)),
            attribute("l", AnyValue.newBuilder().setIntValue(-1)),
            attribute("d", AnyValue.newBuilder().setDoubleValue(1.5)));
  }

  @Test
  void deletes_by_key_and_by_pattern() {
    List<AttributeAction> actions =
        List.of(new AttributeAction.Delete("a", null), new AttributeAction.Delete("", "^http\\."));

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

    assertThat(onSpan(List.of(new AttributeAction.Hash("", "^k")), attribute("k1", any)))
        .containsExactly(text("k1", expected));
  }

  @Test
  void extracts_named_groups_and_overwrites() {
    AttributeAction action =
        new AttributeAction.Extract("url", "^(?P<scheme>\\w+)://(?P<host>[^/:]+)(?P<port>:\\d+)?");

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
  void names_patterns_that_cannot_be_extracted() {
    assertThat(AttributesProcessor.extractionProblem("a")).isEqualTo("a pattern without groups");
    assertThat(AttributesProcessor.extractionProblem("(?P<x>a)(b)"))
        .isEqualTo("a group without a name");
    assertThat(AttributesProcessor.extractionProblem("(?P<x>a)(?<y>b)(?:c)")).isNull();
  }

  @Test
  void copies_from_another_attribute_and_sees_earlier_actions() {
    List<AttributeAction> actions =
        List.of(
            set(When.ABSENT, "a", "first"),
            copy(When.ALWAYS, "b", "a"),
            copy(When.ALWAYS, "c", "list"),
            copy(When.ABSENT, "d", "absent"),
            new AttributeAction.Delete("a", null),
            new AttributeAction.Hash("b", null),
            copy(When.PRESENT, "b", "b"));
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

    for (List<AttributeAction> actions :
        List.<List<AttributeAction>>of(
            List.of(set(When.ALWAYS, "a", "1")),
            List.of(set(When.PRESENT, "b", "1")),
            List.of(set(When.ABSENT, "a", "2")),
            List.of(new AttributeAction.Delete("b", "^x")),
            List.of(set(When.ABSENT, "b", "2"), new AttributeAction.Delete("b", null)))) {
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

    assertThat(onSpan(List.of(set(When.ALWAYS, "a", "2")), strange))
        .containsExactly(text("a", "2").toBuilder().setUnknownFields(unknown).build());
  }

  @Test
  void changes_log_records_and_points_of_all_kinds() throws InvalidProtocolBufferException {
    AttributesProcessor processor =
        processor(
            Target.ITEM,
            List.of(set(When.ALWAYS, "env", "prod"), new AttributeAction.Delete("x", null)));
    KeyValue before = text("x", "1");
    KeyValue after = text("env", "prod");

    Payload logs = processor.process(payload(Signal.LOGS, logs(before), 1), context);
    Payload metrics = processor.process(payload(Signal.METRICS, metrics(before), 5), context);

    assertThat(ExportLogsServiceRequest.parseFrom(logs.bytes().toArray())).isEqualTo(logs(after));
    assertThat(ExportMetricsServiceRequest.parseFrom(metrics.bytes().toArray()))
        .isEqualTo(metrics(after));
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
        processor(Target.RESOURCE, List.of(set(When.ALWAYS, "a", "2")))
            .process(payload(Signal.TRACES, in, 2), context);
    Payload deleted =
        processor(Target.RESOURCE, List.of(new AttributeAction.Delete("b", null)))
            .process(out, context);

    assertThat(ExportTraceServiceRequest.parseFrom(out.bytes().toArray()))
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
  void a_large_value_is_not_copied_to_many_small_attributes() {
    List<KeyValue> attributes = new ArrayList<>();
    attributes.add(text("large", "x".repeat(100_000)));
    for (int i = 0; i < 10_000; i++) {
      attributes.add(text("small", ""));
    }

    assertThat(
            onSpan(
                List.of(copy(When.ALWAYS, "small", "large")), attributes.toArray(new KeyValue[0])))
        .containsExactly(text("large", "x".repeat(100_000)), text("small", "x".repeat(100_000)));
  }

  @Test
  void a_message_with_countless_attributes_is_refused() {
    KeyValue[] attributes = new KeyValue[AttributeList.MAX_ENTRIES];
    Arrays.fill(attributes, text("a", ""));
    List<AttributeAction> delete = List.of(new AttributeAction.Delete("a", null));

    assertThat(onSpan(delete, attributes)).isEmpty();
    assertThatThrownBy(() -> onSpan(List.of(set(When.ALWAYS, "b", 1L)), attributes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("attributes of one message: more than 65536");
  }

  @Test
  void a_request_of_nothing_but_envelopes_does_not_become_a_large_one() {
    byte[] empty = new byte[1_000_000];
    for (int i = 0; i < empty.length; i += 2) {
      empty[i] = 1 << 3 | 2;
    }
    AttributesProcessor processor =
        processor(Target.RESOURCE, List.of(set(When.ALWAYS, "environment", "production")));

    assertThatThrownBy(() ->
            processor.process(
                new Payload(Signal.LOGS, Tenant.NONE, SpareBytes.of(empty), 1), context))
        .isInstanceOf(OutputLimitException.class);
  }

  @Test
  void agrees_with_a_model_on_random_attributes_and_actions() {
    for (long seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      List<KeyValue> attributes = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        attributes.add(text("k" + random.nextInt(4), "v" + "x".repeat(random.nextInt(200))));
      }
      List<AttributeAction> actions = new ArrayList<>();
      List<KeyValue> model = new ArrayList<>(attributes);
      for (int i = random.nextInt(5); i >= 0; i--) {
        String key = "k" + random.nextInt(5);
        boolean copies = random.nextBoolean();
        AttributeAction action =
            switch (random.nextInt(4)) {
              case 0 -> new AttributeAction.Delete(key, null);
              case 1 -> source(When.ABSENT, key, copies);
              case 2 -> source(When.PRESENT, key, copies);
              default -> source(When.ALWAYS, key, copies);
            };
        actions.add(action);
        applyToModel(model, action);
      }

      assertThat(onSpan(actions, attributes.toArray(new KeyValue[0])))
          .as("seed %d", seed)
          .isEqualTo(model);
    }
  }

  private static AttributeAction source(When when, String key, boolean copies) {
    return copies ? copy(when, key, "k1") : set(when, key, "new");
  }

  private static void applyToModel(List<KeyValue> model, AttributeAction action) {
    switch (action) {
      case AttributeAction.Delete(String key, _) ->
          model.removeIf(attribute -> attribute.getKey().equals(key));
      case AttributeAction.Put put -> putInModel(model, put);
      default -> throw new AssertionError(action);
    }
  }

  private static void putInModel(List<KeyValue> model, AttributeAction.Put put) {
    AnyValue value =
        put.source() instanceof Source.Attribute(String other)
            ? first(model, other)
            : AnyValue.newBuilder().setStringValue("new").build();
    if (value == null) {
      return;
    }
    boolean present = first(model, put.key()) != null;
    if (!present && put.when() != When.PRESENT) {
      model.add(attribute(put.key(), value.toBuilder()));
    } else if (present && put.when() != When.ABSENT) {
      boolean done = false;
      for (ListIterator<KeyValue> i = model.listIterator(); i.hasNext(); ) {
        if (i.next().getKey().equals(put.key())) {
          if (done) {
            i.remove();
          } else {
            i.set(attribute(put.key(), value.toBuilder()));
            done = true;
          }
        }
      }
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

  private List<KeyValue> onSpan(List<AttributeAction> actions, KeyValue... attributes) {
    Payload out = processor(Target.ITEM, actions).process(traces(List.of(attributes)), context);
    try {
      Span span =
          ExportTraceServiceRequest.parseFrom(out.bytes().toArray())
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

  private static AttributesProcessor processor(Target target, List<AttributeAction> actions) {
    return new AttributesProcessor(new AttributesConfig(target, null, null, actions));
  }

  private static AttributeAction set(When when, String key, Object value) {
    AttributeValue typed =
        switch (value) {
          case String text -> new AttributeValue.Text(text);
          case Long number -> new AttributeValue.Whole(number);
          case Double number -> new AttributeValue.Decimal(number);
          case Boolean truth -> new AttributeValue.Truth(truth);
          default -> throw new AssertionError(value);
        };
    return new AttributeAction.Put(when, key, new Source.Fixed(typed), null);
  }

  private static AttributeAction copy(When when, String key, String otherKey) {
    return new AttributeAction.Put(when, key, new Source.Attribute(otherKey), null);
  }

  private static KeyValue text(String key, String value) {
    return attribute(key, AnyValue.newBuilder().setStringValue(value));
  }

  private static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static Payload payload(Signal signal, MessageLite request, int items) {
    return new Payload(signal, Tenant.NONE, SpareBytes.of(request.toByteArray()), items);
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
