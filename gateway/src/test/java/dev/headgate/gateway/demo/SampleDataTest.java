package dev.headgate.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.gateway.backends.OtlpItems;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleDataTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_790_000_000);

  private final SampleData data = new SampleData(1);

  @Test
  void log_records_lead_to_the_spans_before_them_and_those_of_errors_say_so() {
    List<Span> spans = OtlpItems.spans(data.traces(40, NOW)).toList();
    List<LogRecord> records = OtlpItems.records(data.logs(40, NOW)).toList();

    assertThat(records).extracting(LogRecord::getTraceId).isEqualTo(traceIds(spans));
    assertThat(records)
        .filteredOn(record -> record.getSeverityNumber() == SeverityNumber.SEVERITY_NUMBER_ERROR)
        .extracting(LogRecord::getTraceId)
        .isNotEmpty()
        .isEqualTo(traceIds(spans.stream().filter(SampleDataTest::failed).toList()));
  }

  private static List<Object> traceIds(List<Span> spans) {
    return spans.stream().<Object>map(Span::getTraceId).toList();
  }

  private static boolean failed(Span span) {
    return span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR;
  }

  @Test
  void no_two_log_records_are_of_one_moment() {
    assertThat(OtlpItems.records(data.logs(40, NOW)).map(LogRecord::getTimeUnixNano))
        .hasSize(40)
        .doesNotHaveDuplicates();
  }
}
