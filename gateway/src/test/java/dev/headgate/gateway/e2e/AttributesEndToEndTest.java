package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AttributesEndToEndTest {
  private static final String YAML =
      """
      receivers:
        otlp:
          protocols:
            grpc: {endpoint: "127.0.0.1:0", include_metadata: true}
            http: {endpoint: "127.0.0.1:0", include_metadata: true}
      processors:
        attributes:
          include: {log_severity_number: {min: 9, match_undefined: true}}
          actions:
            - {key: tenant, action: upsert, from_context: metadata.X-Scope-OrgID, default_value: none}
        resource: {attributes: [{key: environment, action: upsert, value: production}]}
      exporters:
        otlphttp: {endpoint: "${env:SINK}", compression: none}
      service:
        telemetry: {metrics: {address: "127.0.0.1:0"}}
        pipelines:
          logs: {receivers: [otlp], processors: [attributes, resource], exporters: [otlphttp]}
      """;

  private final OtlpSink sink = new OtlpSink();
  private final GatewayHarness gateway =
      GatewayHarness.start(YAML, Map.of("SINK", sink.endpoint()));

  @AfterEach
  void close() {
    gateway.close();
    sink.close();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void the_tenant_of_a_request_becomes_an_attribute(Transport transport) throws Exception {
    try (OtlpClient client = gateway.client()) {
      byte[] body = logs().toByteArray();
      assertThat(
              client
                  .export(transport, Signal.LOGS, body, Map.of("X-Scope-OrgID", "team-a"))
                  .ok(transport))
          .isTrue();
      assertThat(tenantSeen()).isEqualTo("team-a");
      assertThat(client.export(transport, Signal.LOGS, body).ok(transport)).isTrue();
      assertThat(tenantSeen()).isEqualTo("none");
    }
  }

  @Test
  void a_request_that_would_grow_a_hundredfold_costs_itself_alone() throws Exception {
    ByteArrayOutputStream envelopes = new ByteArrayOutputStream();
    envelopes.write(logs().toByteArray());
    for (int i = 0; i < 500_000; i++) {
      envelopes.write(1 << 3 | 2);
      envelopes.write(0);
    }
    try (OtlpClient client = gateway.client()) {
      client.export(Transport.HTTP_1, Signal.LOGS, envelopes.toByteArray());
      client.export(Transport.HTTP_1, Signal.LOGS, logs().toByteArray());
      assertThat(tenantSeen()).isEqualTo("none");
      assertThat(gateway.line("otlphttp").droppedBefore()).isEqualTo(1);
    }
  }

  private String tenantSeen() throws Exception {
    gateway.assertBalanced();
    var requests = sink.drain();
    assertThat(requests).hasSize(1);
    ExportLogsServiceRequest request =
        ExportLogsServiceRequest.parseFrom(requests.getFirst().toByteArray());
    KeyValue tenant = request.getResourceLogs(0).getScopeLogs(0).getLogRecords(0).getAttributes(0);
    assertThat(tenant.getKey()).isEqualTo("tenant");
    return tenant.getValue().getStringValue();
  }

  private static ExportLogsServiceRequest logs() {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request
        .addResourceLogsBuilder()
        .addScopeLogsBuilder()
        .addLogRecords(LogRecord.newBuilder().setTimeUnixNano(1).setSeverityNumberValue(9));
    return request.build();
  }
}
