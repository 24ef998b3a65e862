package dev.headgate.exporters.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcEndpointTest {
  @ParameterizedTest
  @CsvSource({
    "tempo:4317, false, dns:///tempo:4317, false, tempo, 4317",
    "tempo:4317, true, dns:///tempo:4317, true, tempo, 4317",
    "tempo, true, dns:///tempo:4317, true, tempo, 4317",
    "passthrough:///tempo:1, true, dns:///tempo:1, true, tempo, 1",
    "http://tempo:1/, false, dns:///tempo:1, true, tempo, 1",
    "HTTPS://tempo:1, true, dns:///tempo:1, false, tempo, 1",
    "https://tempo/, true, dns:///tempo:4317, false, tempo, 4317",
    "http://tempo:1/v1/traces, false, dns:///tempo:1, true, tempo, 1",
    "dns:///tempo:1, true, dns:///tempo:1, true, tempo, 1",
    "dns://8.8.8.8/tempo:1, false, dns://8.8.8.8/tempo:1, false, tempo, 1",
    "[::1]:1, true, dns:///[::1]:1, true, [::1], 1",
    "[::1], true, dns:///[::1]:4317, true, [::1], 4317",
    "::1, true, dns:///[::1]:4317, true, [::1], 4317",
  })
  void reads_all_forms(
      String text, boolean insecure, String target, boolean plaintext, String host, int port) {
    assertThat(GrpcEndpoint.parse(text, insecure))
        .isEqualTo(new GrpcEndpoint(target, plaintext, host, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":4317", "tempo:x", "tempo:0", "tempo:70000", "unix:///tmp/x"})
  void refuses_what_is_none(String text) {
    assertThatThrownBy(() -> GrpcEndpoint.parse(text, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("endpoint: " + text);
  }
}
