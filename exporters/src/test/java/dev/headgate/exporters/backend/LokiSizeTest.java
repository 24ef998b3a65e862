package dev.headgate.exporters.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.memory.Slices;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.otlp.OtlpCounter;
import dev.headgate.pipeline.otlp.OtlpSplitter;
import dev.headgate.pipeline.otlp.RandomOtlp;
import dev.headgate.pipeline.wire.MalformedInputException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import org.junit.jupiter.api.Test;

class LokiSizeTest {
  private static final int REQUESTS = 200;
  private static final byte[] MINUS_SIX = {0x12, (byte) 0xfa, -1, -1, -1, 0x0f};

  /// Each record with its resource and scope, by protobuf-java.
  private static long expanded(byte[] request) {
    long size = 0;
    try {
      for (ResourceLogs resource :
          ExportLogsServiceRequest.parseFrom(request).getResourceLogsList()) {
        for (ScopeLogs scope : resource.getScopeLogsList()) {
          for (LogRecord record : scope.getLogRecordsList()) {
            size += record.getSerializedSize();
            size += resource.getResource().getSerializedSize();
            size += scope.getScope().getSerializedSize();
          }
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    return size;
  }

  private static void assertExpanded(Content content, long seed) {
    assertThat(LokiSize.expandedBytes(Signal.LOGS, content))
        .as("seed %d", seed)
        .isEqualTo(expanded(content.toArray()));
  }

  @Test
  void a_record_counts_with_its_resource_and_scope_also_in_what_was_cut() {
    int parts = 0;
    for (long seed = 0; seed < REQUESTS; seed++) {
      Bytes request = SpareBytes.of(new RandomOtlp(seed).next(Signal.LOGS));
      assertExpanded(request, seed);
      int items = OtlpCounter.count(Signal.LOGS, request);
      if (items > 2) {
        for (Slices part : OtlpSplitter.split(Signal.LOGS, request, items, 0, 1, items)) {
          assertExpanded(part, seed);
          parts++;
        }
      }
    }
    assertThat(parts).isGreaterThan(REQUESTS / 2);
  }

  @Test
  void other_signals_count_as_long_as_they_are() {
    assertThat(LokiSize.expandedBytes(Signal.TRACES, Bytes.of(new byte[17]))).isEqualTo(17);
  }

  @Test
  void what_is_cut_off_is_malformed() {
    for (byte[] cutOff : new byte[][] {{0x0a, 9}, {0x0a}, {0x12, 5, 1}, {(byte) 0x80}, MINUS_SIX}) {
      assertThatThrownBy(() -> LokiSize.expandedBytes(Signal.LOGS, SpareBytes.inSlices(cutOff)))
          .isInstanceOf(MalformedInputException.class);
    }
  }
}
