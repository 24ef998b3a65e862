package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OtlpItemTest {
  private static final int REQUESTS = 60;

  // Four bytes for each message around a data point.
  private static final int MAX_PADDING = 16;
  private static final Set<String> ITEMS = Set.of("spans", "log_records", "data_points");
  private static final Set<String> ENVELOPES =
      Set.of(
          "resource_spans",
          "resource_logs",
          "resource_metrics",
          "scope_spans",
          "scope_logs",
          "scope_metrics",
          "metrics",
          "gauge",
          "sum",
          "histogram",
          "exponential_histogram",
          "summary");

  /// Takes items out of messages by protobuf-java.
  private static final class Oracle {
    private int passed;

    /// The message with one item only, or null when that is not in it; counts all its items.
    private @Nullable Message only(Message message, int wanted) {
      Message.Builder rest = message.toBuilder();
      boolean found = false;
      for (FieldDescriptor field : message.getAllFields().keySet()) {
        boolean items = ITEMS.contains(field.getName());
        if (!items && !ENVELOPES.contains(field.getName())) {
          continue;
        }
        rest.clearField(field);
        for (Message child : children(message, field)) {
          Message kept = items ? (passed++ == wanted ? child : null) : only(child, wanted);
          if (kept != null) {
            found = true;
            add(rest, field, kept);
          }
        }
      }
      return found ? rest.build() : null;
    }

    private static List<Message> children(Message message, FieldDescriptor field) {
      List<Message> children = new ArrayList<>();
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          children.add((Message) message.getRepeatedField(field, i));
        }
      } else {
        children.add((Message) message.getField(field));
      }
      return children;
    }

    private static void add(Message.Builder builder, FieldDescriptor field, Message child) {
      if (field.isRepeated()) {
        builder.addRepeatedField(field, child);
      } else {
        builder.setField(field, child);
      }
    }
  }

  private static Message take(Signal signal, byte[] request, int index) {
    Bytes taken = OtlpItem.take(signal, Bytes.of(request), index);
    assertThat(taken.length()).isLessThanOrEqualTo(request.length + MAX_PADDING);
    assertThat(OtlpCounter.count(signal, taken)).isEqualTo(1);
    return RandomOtlp.parse(signal, taken.toArray());
  }

  @ParameterizedTest
  @EnumSource
  void each_item_is_what_protobuf_java_takes_out(Signal signal) {
    int most = 0;
    for (long seed = 0; seed < REQUESTS; seed++) {
      byte[] request = new RandomOtlp(seed).next(signal);
      Message whole = RandomOtlp.parse(signal, request);
      int items = OtlpCounter.count(signal, Bytes.of(request));
      for (int i = 0; i < items; i++) {
        Oracle oracle = new Oracle();
        assertThat(take(signal, request, i))
            .as("seed %d, item %d", seed, i)
            .isEqualTo(oracle.only(whole, i));
        assertThat(oracle.passed).isEqualTo(items);
      }
      most = Math.max(most, items);
    }
    assertThat(most).isGreaterThan(4);
  }

  @Test
  void an_item_keeps_what_stands_around_it_and_nothing_of_its_neighbours() {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    for (String name : List.of("a", "b")) {
      var resource = request.addResourceSpansBuilder().setSchemaUrl("resource " + name);
      resource.getResourceBuilder().setDroppedAttributesCount(7);
      for (String scopeName : List.of("x", "y")) {
        var scope = resource.addScopeSpansBuilder().setSchemaUrl("scope " + name + scopeName);
        scope.getScopeBuilder().setName(name + scopeName);
        scope.addSpans(Span.newBuilder().setName(name + scopeName + 1));
        scope.addSpans(Span.newBuilder().setName(name + scopeName + 2));
      }
    }
    ExportTraceServiceRequest.Builder expected = request.clone();
    expected.removeResourceSpans(0);
    expected.getResourceSpansBuilder(0).removeScopeSpans(1);
    expected.getResourceSpansBuilder(0).getScopeSpansBuilder(0).removeSpans(0);

    assertThat(take(Signal.TRACES, request.build().toByteArray(), 5)).isEqualTo(expected.build());
    assertThat(expected.toString()).contains("resource b", "scope bx", "bx2");
  }

  @Test
  void there_is_no_item_beyond_the_last() {
    byte[] request = new RandomOtlp(1).next(Signal.LOGS);
    int items = OtlpCounter.count(Signal.LOGS, Bytes.of(request));
    for (int index : new int[] {-1, items}) {
      assertThatThrownBy(() -> OtlpItem.take(Signal.LOGS, Bytes.of(request), index))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("index: " + index + " (expected: 0 to below " + items + ")");
    }
  }
}
