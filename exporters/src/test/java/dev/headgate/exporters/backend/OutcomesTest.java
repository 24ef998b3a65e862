package dev.headgate.exporters.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.BackendKind;
import dev.headgate.config.Signal;
import dev.headgate.exporters.client.GrpcReply;
import dev.headgate.exporters.client.HttpReply;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportOutcome.Delivered;
import dev.headgate.exporters.delivery.ExportOutcome.Partial;
import dev.headgate.exporters.delivery.ExportOutcome.Permanent;
import dev.headgate.exporters.delivery.ExportOutcome.Remedy;
import dev.headgate.exporters.delivery.ExportOutcome.Retryable;
import dev.headgate.exporters.delivery.ExportOutcome.TooLarge;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.pipeline.payload.Tenant;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private final HttpOutcomes http = new HttpOutcomes(BackendKind.OTLP, () -> NOW);

  private static ExportRequest request(int bytes, int items, int attempt) {
    return request(bytes, items, attempt, false);
  }

  private static ExportRequest request(int bytes, int items, int attempt, boolean cut) {
    return new ExportRequest(
        Signal.LOGS, Tenant.NONE, List.of(), bytes, items, attempt, cut, Duration.ofSeconds(5));
  }

  private ExportOutcome answer(int status, @Nullable String retryAfter, String type, byte[] body) {
    return http.of(new HttpReply.Answer(status, retryAfter, type, body), request(9, 1, 1));
  }

  private ExportOutcome answer(int status, @Nullable String retryAfter, String text) {
    return answer(status, retryAfter, "text/plain", text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 202, 204})
  void an_empty_success_is_delivered(int status) {
    assertThat(answer(status, null, "")).isEqualTo(new Delivered());
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 260, 301, 307, 401, 402, 403, 404, 405, 408, 414, 415, 431, 501, 529})
  void other_statuses_are_permanent_for_every_request(int status) {
    assertThat(answer(status, "5", "why"))
        .isEqualTo(new Permanent(Integer.toString(status), "why", Remedy.NONE));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 422, 500})
  void three_statuses_are_permanent_for_what_was_sent(int status) {
    assertThat(answer(status, "5", "why"))
        .isEqualTo(new Permanent(Integer.toString(status), "why", Remedy.ISOLATE));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504})
  void four_statuses_are_retryable(int status) {
    String code = Integer.toString(status);
    assertThat(answer(status, null, "why")).isEqualTo(new Retryable(null, code, "why"));
    assertThat(answer(status, "30", "why"))
        .isEqualTo(new Retryable(Duration.ofSeconds(30), code, "why"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0",
        "-5|",
        "999999999999|86400",
        "Fri, 02 Jan 2026 03:05:05 GMT|60",
        "Fri, 02 Jan 2026 03:04:04 GMT|0",
        "Thu, 01 Jan 1970 00:00:00 GMT|0",
        "soon|",
        "1.5|",
        "99999999999999999999999|86400",
        "Fri, 02 Jan 2099 03:05:05 GMT|86400",
        "Friday, 02-Jan-26 03:05:05 GMT|60",
        "Friday, 02-Jan-75 03:05:05 GMT|86400",
        "Friday, 02-Jan-77 03:05:05 GMT|0",
        "Fri Jan  2 03:05:05 2026|60",
        "Thu Jan 15 03:04:04 2026|86400",
        "Fri, 02 Jan 2026 03:05:05 CET|",
        "١٢|",
        "Xxx, 99 Foo 2026|",
      })
  void reads_retry_after(String header, @Nullable Long seconds) {
    Duration delay = seconds == null ? null : Duration.ofSeconds(seconds);
    assertThat(answer(503, header, "")).isEqualTo(new Retryable(delay, "503", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "413, x",
    "429, RATE_LIMITED: batch size (9 bytes) exceeds ingestion limit",
    "429, tenant exceeded the ingestion burst size limit",
    "400, http: request body too large",
  })
  void what_never_fits_is_too_large(int status, String text) {
    assertThat(answer(status, "5", text)).isEqualTo(new TooLarge(Integer.toString(status), text));
  }

  @Test
  void reads_the_message_of_a_status_and_cleans_and_cuts_it() {
    byte[] body =
        com.google.rpc.Status.newBuilder()
            .setCode(3)
            .setMessage("a\u001b[31mb\nc")
            .build()
            .toByteArray();
    assertThat(answer(400, null, "application/octet-stream", body))
        .isEqualTo(new Permanent("400", "a [31mb c", Remedy.ISOLATE));
    assertThat(((Permanent) answer(400, null, "x".repeat(60_000))).message()).hasSize(500);
  }

  @Test
  void reads_a_partial_success() {
    byte[] body =
        ExportLogsServiceResponse.newBuilder()
            .setPartialSuccess(
                ExportLogsPartialSuccess.newBuilder()
                    .setRejectedLogRecords(3)
                    .setErrorMessage("old\n"))
            .build()
            .toByteArray();
    assertThat(answer(200, null, "Application/X-Protobuf; a=b", body))
        .isEqualTo(new Partial(3, "old "));
    assertThat(answer(200, null, "application/x-protobuf", new byte[] {10, 99, 1}))
        .isEqualTo(new Partial(0, "the backend's response is not an export response"));
    assertThat(answer(200, null, "text/html", "<html>".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new Delivered());
    assertThat(PartialSuccess.read(new byte[] {10, 0})).isEqualTo(new Delivered());
  }

  @Test
  void a_break_in_a_large_write_splits_once_and_loses_nothing() {
    HttpReply broken = new HttpReply.NoAnswer("connection", "connection closed", true);
    assertThat(http.of(broken, request(2 << 20, 9, 1))).isInstanceOf(TooLarge.class);
    assertThat(http.of(broken, request(2 << 20, 9, 2))).isInstanceOf(Retryable.class);
    assertThat(http.of(broken, request(2 << 20, 1, 1))).isInstanceOf(Retryable.class);
    assertThat(http.of(broken, request(1000, 9, 1))).isInstanceOf(Retryable.class);
    assertThat(http.of(broken, request(2 << 20, 9, 1, true))).isInstanceOf(Retryable.class);
  }

  private static String end(BackendKind kind, int status, int attempt, String text) {
    HttpReply reply =
        new HttpReply.Answer(status, null, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    return word(new HttpOutcomes(kind, () -> NOW).of(reply, request(5000, 9, attempt)));
  }

  private static String word(ExportOutcome outcome) {
    return switch (outcome) {
      case Delivered _ -> "delivered";
      case Partial _ -> "partial";
      case Retryable _ -> "retry";
      case TooLarge _ -> "split";
      case Permanent permanent -> permanent.remedy().name().toLowerCase(Locale.ROOT);
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TEMPO|400|1|invalid length for ID|bisect",
        "TEMPO|400|1|http: request body too large|split",
        "TEMPO|429|1|RATE_LIMITED: ingestion rate limit (15000000 bytes) exceeded|retry",
        "TEMPO|429|1|RATE_LIMITED: batch size (40 bytes) exceeds ingestion limit|split",
        "TEMPO|500|1|RATE_LIMITED: batch size (40 bytes) exceeds ingestion limit|split",
        "TEMPO|503|1|no org id|none",
        "TEMPO|503|1|live-store not ready|retry",
        "LOKI|400|1|symbolizer lookup: label name is empty|bisect",
        "LOKI|400|1|normalization for label name \"_\" resulted in invalid name \"_\"|bisect",
        "LOKI|400|1|entry for stream '{a=\"label name is empty\"}' has timestamp too old|isolate",
        "LOKI|400|1|entry for '{a=\"request body too large\"}' is too old|isolate",
        "LOKI|401|1|no org id|none",
        "LOKI|413|1|too large|split",
        "LOKI|422|1|error at least one valid stream is required|isolate",
        "LOKI|260|1|ingestion blocked|none",
        "LOKI|429|40|Ingestion rate limit exceeded for user a|retry",
        "LOKI|429|3|Maximum active stream limit exceeded when trying to create stream {}|retry",
        "LOKI|429|4|Maximum active stream limit exceeded when trying to create stream {}|none",
        "LOKI|429|4|entry with timestamp x ignored, reason: 'Per stream rate limit'|none",
        "LOKI|429|1|Maximum active stream limit exceeded for {a=\"batch size (\"}|retry",
        "LOKI|503|1|too many inflight bytes|retry",
        "MIMIR|400|1|otlp parse error: invalid temporality|isolate",
        "MIMIR|429|1|tenant exceeded the ingestion burst size limit|split",
        "MIMIR|429|9|tenant exceeded the ingestion rate limit|retry",
        "MIMIR|413|1|too large|split",
        "MIMIR|401|1|no org id|none",
        "PROMETHEUS|400|1|out of order sample|bisect",
        "PROMETHEUS|500|1|invalid temporality and type combination|bisect",
        "PROMETHEUS|404|1|not found|none",
        "PROMETHEUS|503|1|starting|retry",
        "OTLP|400|1|malformed|isolate",
        "OTLP|429|1|RATE_LIMITED: batch size (40 bytes) exceeds ingestion limit|split",
      })
  void the_backends_own_words_decide(
      BackendKind kind, int status, int attempt, String text, String expected) {
    assertThat(end(kind, status, attempt, text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INVALID_ARGUMENT|invalid length for ID|bisect",
        "INVALID_ARGUMENT|tenant ID 'a b' contains unsupported character|none",
        "INTERNAL|unmarshal: invalid TraceID length|bisect",
        "UNAVAILABLE|no org id|none",
        "UNAVAILABLE|starting|retry",
        "UNKNOWN|HTTP status code 413 invalid content-type: text/html|split",
        "UNKNOWN|HTTP status code 500|isolate",
        "RESOURCE_EXHAUSTED|quota|isolate",
      })
  void tempos_own_words_decide_over_grpc(String code, String text, String expected) {
    assertThat(word(grpc(code, text, null, BackendKind.TEMPO))).isEqualTo(expected);
  }

  @Test
  void a_call_broken_off_below_grpc_is_retried_whatever_code_it_was_given() {
    GrpcReply reset = new GrpcReply("INTERNAL", "HTTP/2 error code: ...", null, true, new byte[0]);
    assertThat(GrpcOutcomes.of(reset, BackendKind.TEMPO)).isInstanceOf(Retryable.class);
  }

  private static ExportOutcome grpc(
      String code, String message, @Nullable Duration delay, BackendKind kind) {
    return GrpcOutcomes.of(new GrpcReply(code, message, delay, false, new byte[0]), kind);
  }

  @ParameterizedTest
  @CsvSource({
    "CANCELLED, true",
    "UNKNOWN, false",
    "INVALID_ARGUMENT, false",
    "DEADLINE_EXCEEDED, true",
    "NOT_FOUND, false",
    "ALREADY_EXISTS, false",
    "PERMISSION_DENIED, false",
    "ABORTED, true",
    "RESOURCE_EXHAUSTED, false",
    "FAILED_PRECONDITION, false",
    "OUT_OF_RANGE, true",
    "UNIMPLEMENTED, false",
    "INTERNAL, false",
    "UNAVAILABLE, true",
    "DATA_LOSS, true",
    "UNAUTHENTICATED, false",
  })
  void grpc_codes_are_retryable_or_not(String code, boolean retryable) {
    assertThat(grpc(code, "why", null, BackendKind.OTLP))
        .isEqualTo(
            retryable
                ? new Retryable(null, code, "why")
                : new Permanent(
                    code,
                    "why",
                    code.matches("UNAUTHENTICATED|PERMISSION_DENIED|UNIMPLEMENTED")
                        ? Remedy.NONE
                        : Remedy.ISOLATE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RATE_LIMITED: batch size (9 bytes) exceeds ingestion limit",
        "grpc: received message larger than max (5 vs. 4)",
        "grpc: message after decompression larger than max 4",
        "gRPC message exceeds maximum size 4194304: 5000000",
      })
  void grpc_messages_that_never_fit_are_too_large_even_with_retry_info(String text) {
    assertThat(grpc("RESOURCE_EXHAUSTED", text, Duration.ofSeconds(5), BackendKind.TEMPO))
        .isEqualTo(new TooLarge("RESOURCE_EXHAUSTED", text));
  }

  @Test
  void exhausted_is_retried_with_retry_info_or_as_tempo_2_says_it() {
    Duration delay = Duration.ofSeconds(5);
    assertThat(grpc("RESOURCE_EXHAUSTED", "x", delay, BackendKind.OTLP))
        .isEqualTo(new Retryable(delay, "RESOURCE_EXHAUSTED", "x"));
    assertThat(grpc("RESOURCE_EXHAUSTED", "RATE_LIMITED: x", null, BackendKind.TEMPO))
        .isInstanceOf(Retryable.class);
    assertThat(grpc("RESOURCE_EXHAUSTED", "RATE_LIMITED: x", null, BackendKind.OTLP))
        .isInstanceOf(Permanent.class);
  }
}
