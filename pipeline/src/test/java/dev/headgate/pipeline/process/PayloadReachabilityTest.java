package dev.headgate.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headgate.config.AttributeAction;
import dev.headgate.config.AttributeAction.Source;
import dev.headgate.config.AttributeAction.When;
import dev.headgate.config.AttributesConfig;
import dev.headgate.config.AttributesConfig.Target;
import dev.headgate.config.FilterConfig;
import dev.headgate.config.SamplerConfig;
import dev.headgate.config.SamplerConfig.AttributeSource;
import dev.headgate.config.SamplerConfig.Mode;
import dev.headgate.config.Signal;
import dev.headgate.config.TransformConfig;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.attributes.AttributesProcessor;
import dev.headgate.pipeline.process.filter.FilterMetrics;
import dev.headgate.pipeline.process.filter.FilterProcessor;
import dev.headgate.pipeline.process.ottl.OttlTexts;
import dev.headgate.pipeline.process.sampling.SamplerMetrics;
import dev.headgate.pipeline.process.sampling.SamplerProcessor;
import dev.headgate.pipeline.process.transform.TransformMetrics;
import dev.headgate.pipeline.process.transform.TransformProcessor;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A processor lives as long as its configuration: what it still refers to after a payload is
/// memory that no budget knows.
class PayloadReachabilityTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ChainContext context = LendingContext.create();

  @Test
  void a_filter_lets_go_of_a_payload() {
    letsGo(
        new FilterProcessor(
            "filter",
            new FilterConfig(
                List.of(
                    OttlTexts.conditions(
                        Signal.TRACES,
                        "span",
                        "attributes[\"k\"] == Concat([name, \"x\"], \"\")",
                        "IsMatch(resource.attributes[\"r\"], \"z\")"))),
            new FilterMetrics(registry),
            OttlTexts.log()));
  }

  @Test
  void a_transform_lets_go_of_a_payload() {
    for (String statement :
        List.of(
            "set(attributes[\"copy\"], attributes[\"k\"])",
            "set(name, \"n\") where attributes[\"k\"] != name",
            "replace_pattern(attributes[\"k\"], \"v\", \"w\")",
            "truncate_all(attributes, 3)",
            "set(resource.attributes[\"copy\"], resource.attributes[\"r\"])")) {
      letsGo(
          new TransformProcessor(
              "transform",
              new TransformConfig(List.of(OttlTexts.statements(Signal.TRACES, "span", statement))),
              new TransformMetrics(new PrometheusRegistry()),
              OttlTexts.log()));
    }
  }

  @Test
  void attributes_and_resource_let_go_of_a_payload() {
    for (Target target : Target.values()) {
      AttributeAction copy =
          new AttributeAction.Put(When.ALWAYS, "copy", new Source.Attribute("k"), null);
      letsGo(new AttributesProcessor(new AttributesConfig(target, null, null, List.of(copy))));
    }
  }

  @Test
  void attributes_that_fail_let_go_of_a_payload() {
    AttributesProcessor processor =
        new AttributesProcessor(
            new AttributesConfig(
                Target.RESOURCE, null, null, List.of(new AttributeAction.Hash("k", null))));
    WeakReference<byte[]> failed = fail(processor);
    assertThat(isCollected(failed)).isTrue();
    Reference.reachabilityFence(processor);
  }

  @Test
  void a_sampler_lets_go_of_a_payload() {
    SamplerConfig config =
        new SamplerConfig(
            50, Mode.EQUALIZING, 0, 4, true, false, 17, AttributeSource.TRACE_ID, "", "");
    letsGo(new SamplerProcessor("sampler", config, new SamplerMetrics(registry)));
  }

  private void letsGo(Processor processor) {
    List<WeakReference<byte[]>> arrays = process(processor);
    for (WeakReference<byte[]> array : arrays) {
      assertThat(isCollected(array)).isTrue();
    }
    Reference.reachabilityFence(processor);
    Reference.reachabilityFence(context);
  }

  /* In a method of its own, whose frame is gone when the garbage is collected. */
  private List<WeakReference<byte[]>> process(Processor processor) {
    Payload in = new Payload(Signal.TRACES, Tenant.NONE, request(1).toByteArray(), 1);
    Payload out = processor.process(in, context);
    return List.of(
        new WeakReference<>(in.bytes().array()), new WeakReference<>(out.bytes().array()));
  }

  private WeakReference<byte[]> fail(Processor processor) {
    byte[] bytes = request((1 << 16) + 1).toByteArray();
    try {
      processor.process(new Payload(Signal.TRACES, Tenant.NONE, bytes, 1), context);
    } catch (IllegalArgumentException e) {
      // The worker's editor holds what it was last reset to.
      context.editor().reset(new byte[0], 0, 0);
      return new WeakReference<>(bytes);
    }
    throw new AssertionError("too many attributes were taken");
  }

  private static boolean isCollected(WeakReference<?> reference) {
    for (int i = 0; i < 10 && reference.get() != null; i++) {
      System.gc();
    }
    return reference.get() == null;
  }

  private static ExportTraceServiceRequest request(int resourceAttributes) {
    Resource.Builder resource = Resource.newBuilder();
    for (int i = 0; i < resourceAttributes; i++) {
      resource.addAttributes(attribute("r"));
    }
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(resource)
                .addScopeSpans(
                    ScopeSpans.newBuilder()
                        .addSpans(
                            Span.newBuilder()
                                .setTraceId(ByteString.fromHex("000000000000000000ffffffffffffff"))
                                .setTraceState("ot=th:8;rv:ffffffffffffff")
                                .setName("name")
                                .addAttributes(attribute("k")))))
        .build();
  }

  private static KeyValue attribute(String key) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue("value"))
        .build();
  }
}
