package dev.headgate.gateway.readback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallsTest {
  @ParameterizedTest
  @ValueSource(strings = {"http://mimir:9009", "http://mimir:9009/", "http://mimir:9009///"})
  void slashes_at_the_end_of_an_address_do_not_count(String base) {
    assertThat(HttpCalls.below(URI.create(base), "/ready", Map.of("q", "a b")))
        .hasToString("http://mimir:9009/ready?q=a+b");
  }

  @ParameterizedTest
  @CsvSource({
    "http://ann:secret@mimir:9009/x?q=1, http://mimir:9009/x",
    "http://ann:secret@my_mimir:9009/x, http://my_mimir:9009/x",
    "http://[::1]:9009/x, http://[::1]:9009/x",
  })
  void a_message_names_the_place_and_no_user(String uri, String place) {
    HttpCalls.Reply reply = new HttpCalls.Reply(500, new byte[0]);
    assertThat(HttpCalls.refusal(URI.create(uri), reply)).hasMessage(place + ": HTTP 500");
  }

  @Test
  void what_is_not_answered_names_no_user() {
    // Nothing listens on port 0.
    URI uri = URI.create("http://ann:secret@127.0.0.1:0/x");
    HttpCalls calls = HttpCalls.ofTenant(Duration.ofSeconds(5), "");
    assertThatThrownBy(() -> calls.get(uri, "*/*"))
        .hasMessageStartingWith("http://127.0.0.1:0/x: no answer")
        .message()
        .doesNotContain("secret");
  }
}
