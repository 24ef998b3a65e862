package dev.headgate.gateway.policy;

import static dev.headgate.gateway.policy.PolicyOtlp.attribute;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.Received;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Every key of the policy, in every place where an attribute can stand, in every signal. All are
/// sent at once, each with a value of its own, and looked for one by one in what arrived.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ShippedPolicyKeysTest {
  private static final String REDACTED = "[REDACTED]";

  /// Keys that the policy names, or examples of what its patterns mean.
  private static final List<String> SECRETS =
      List.of(
          ("token token_type csrf.token secret secrets.vault password password_hash passwords.old"
                  + " key keys.public http.request.header.authorization http.request.header.cookie"
                  + " http.request.header.x-api-key http.response.header.set-cookie"
                  + " http.request.header.proxy-authorization http.request.header.x-auth-token"
                  + " http.request.header.x-forwarded-for bcrypt_hash access_token refresh_token"
                  + " id_token session_token access_secret_enc api_key ssh_private_key"
                  + " ssh_private_key_enc stripe_customer_id payment_reference email user.email"
                  + " username display_name phone ip_address user.ip_address client.address"
                  + " remote_addr x_forwarded_for device_id hardware_id mac_address latitude"
                  + " longitude geo_city geo_region_code db_url db_password message_body"
                  + " message_content url.query")
              .split(" "));

  /// Keys that stay in logs alone.
  private static final List<String> ACTORS = List.of("user_id", "actor_id");

  private static final List<String> HARMLESS =
      List.of("http.route", "monkey", "emails", "phones", "subtoken", "geography", "client.port");

  private final Map<Signal, List<Message>> arrived = new EnumMap<>(Signal.class);

  private final ShippedPolicy policy = new ShippedPolicy();

  @BeforeAll
  void sendAll() {
    List<KeyValue> attributes = new ArrayList<>();
    Stream.of(SECRETS, ACTORS, HARMLESS)
        .flatMap(List::stream)
        .forEach(key -> {
          attributes.add(attribute(key, planted(key)));
          attributes.add(attribute("app." + key, planted(key)));
          attributes.add(attribute(key.toUpperCase(Locale.ROOT), planted(key)));
        });
    arrived.put(Signal.TRACES, sent(Transport.GRPC, traces(attributes)));
    arrived.put(Signal.LOGS, sent(Transport.HTTP_1, logs(attributes)));
    arrived.put(Signal.METRICS, sent(Transport.HTTP_2, metrics(attributes)));
  }

  private List<Message> sent(Transport transport, Message request) {
    return policy.send(transport, request, Map.of()).stream().map(Received::message).toList();
  }

  @AfterAll
  void close() {
    policy.close();
  }

  private static String planted(String key) {
    return "planted(" + key + ")";
  }

  private static ExportTraceServiceRequest traces(List<KeyValue> attributes) {
    var request = ExportTraceServiceRequest.newBuilder();
    request
        .addResourceSpansBuilder()
        .setResource(Resource.newBuilder().addAllAttributes(attributes))
        .addScopeSpansBuilder()
        .setScope(InstrumentationScope.newBuilder().addAllAttributes(attributes))
        .addSpans(
            PolicyOtlp.failed("work")
                .addAllAttributes(attributes)
                .addEvents(Span.Event.newBuilder().addAllAttributes(attributes))
                .addLinks(
                    Span.Link.newBuilder()
                        .setTraceId(ByteString.copyFrom(new byte[15]).concat(one()))
                        .setSpanId(ByteString.copyFrom(new byte[7]).concat(one()))
                        .addAllAttributes(attributes)));
    return request.build();
  }

  private static ByteString one() {
    return ByteString.copyFrom(new byte[] {1});
  }

  private static ExportLogsServiceRequest logs(List<KeyValue> attributes) {
    var request = ExportLogsServiceRequest.newBuilder();
    request
        .addResourceLogsBuilder()
        .setResource(Resource.newBuilder().addAllAttributes(attributes))
        .addScopeLogsBuilder()
        .setScope(InstrumentationScope.newBuilder().addAllAttributes(attributes))
        .addLogRecords(
            PolicyOtlp.record("").setBody(PolicyOtlp.map(attributes)).addAllAttributes(attributes));
    return request.build();
  }

  private static ExportMetricsServiceRequest metrics(List<KeyValue> attributes) {
    var request = ExportMetricsServiceRequest.newBuilder();
    request
        .addResourceMetricsBuilder()
        .setResource(Resource.newBuilder().addAllAttributes(attributes))
        .addScopeMetricsBuilder()
        .setScope(InstrumentationScope.newBuilder().addAllAttributes(attributes))
        .addMetrics(
            Metric.newBuilder()
                .setName("requests")
                .setGauge(
                    Gauge.newBuilder()
                        .addDataPoints(
                            PolicyOtlp.point(1)
                                .addAllAttributes(attributes)
                                .addExemplars(
                                    Exemplar.newBuilder()
                                        .setAsInt(1)
                                        .addAllFilteredAttributes(attributes)))));
    return request.build();
  }

  /// How often an attribute with the key and the value stands anywhere in a signal.
  private long count(Signal signal, String key, String value) {
    ByteString field = attribute(key, value).toByteString();
    return arrived.get(signal).stream()
        .mapToLong(message -> occurrences(message.toByteArray(), field.toByteArray()))
        .sum();
  }

  private static long occurrences(byte[] text, byte[] part) {
    long count = 0;
    for (int at = 0; at + part.length <= text.length; at++) {
      if (Arrays.equals(text, at, at + part.length, part, 0, part.length)) {
        count++;
      }
    }
    return count;
  }

  private static int places(Signal signal) {
    return switch (signal) {
      case TRACES -> 5;
      case LOGS, METRICS -> 4;
    };
  }

  private void assertRedacted(Signal signal, String key) {
    assertThat(arrived.get(signal))
        .noneMatch(message -> occurrences(message.toByteArray(), planted(key).getBytes(UTF_8)) > 0);
    for (String spelling : List.of(key, "app." + key, key.toUpperCase(Locale.ROOT))) {
      assertThat(count(signal, spelling, REDACTED)).as(spelling).isEqualTo(places(signal));
    }
  }

  private void assertKept(Signal signal, String key) {
    for (String spelling : List.of(key, "app." + key, key.toUpperCase(Locale.ROOT))) {
      assertThat(count(signal, spelling, planted(key))).as(spelling).isEqualTo(places(signal));
    }
  }

  @ParameterizedTest
  @FieldSource("SECRETS")
  void is_redacted_in_every_signal(String key) {
    for (Signal signal : Signal.values()) {
      assertRedacted(signal, key);
    }
  }

  @ParameterizedTest
  @FieldSource("ACTORS")
  void stays_in_logs_alone(String key) {
    assertRedacted(Signal.TRACES, key);
    assertRedacted(Signal.METRICS, key);
    assertKept(Signal.LOGS, key);
  }

  @ParameterizedTest
  @FieldSource("HARMLESS")
  void stays_everywhere(String key) {
    for (Signal signal : Signal.values()) {
      assertKept(signal, key);
    }
  }

  @Test
  void is_redacted_whatever_type_the_value_has() {
    List<KeyValue> received =
        policy
            .send(
                PolicyOtlp.failed("work")
                    .addAttributes(
                        attribute("latitude", AnyValue.newBuilder().setDoubleValue(52.5).build()))
                    .addAttributes(
                        attribute("phone", AnyValue.newBuilder().setIntValue(1234567).build()))
                    .addAttributes(
                        attribute(
                            "http.request.header.cookie",
                            PolicyOtlp.list("a=planted", "b=planted")))
                    .addAttributes(
                        attribute(
                            "user",
                            PolicyOtlp.map(List.of(attribute("email", "planted@example.com"))))))
            .getFirst()
            .getAttributesList();

    assertThat(received.subList(0, 3))
        .containsExactly(
            attribute("latitude", REDACTED),
            attribute("phone", REDACTED),
            attribute("http.request.header.cookie", REDACTED));
    assertThat(received.get(3).getValue().getKvlistValue().getValues(0))
        .isEqualTo(attribute("email", REDACTED));
  }
}
