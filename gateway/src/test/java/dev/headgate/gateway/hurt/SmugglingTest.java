package dev.headgate.gateway.hurt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.gateway.e2e.RawHttp;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// HTTP/1.1 that a proxy in front could read in another way than the gateway: each form is answered
/// once, with 400, and what stands behind it on the connection is not taken for a request.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmugglingTest {
  private static final long SMALL_BYTES = 24L << 20;

  /// What an attacker hides in the body of another request.
  private static final String SECOND =
      "POST /v1/traces HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-protobuf\r\n"
          + "Content-Length: 0\r\n\r\n";

  private static final List<String> HEADS =
      List.of(
          "Content-Length: 5\r\nTransfer-Encoding: chunked",
          "Transfer-Encoding: chunked\r\nContent-Length: 5",
          "Content-Length: 5\r\nContent-Length: 5",
          "Content-Length: 5\r\nContent-Length: 6",
          "Content-Length: 5, 5",
          "Content-Length: +5",
          "Content-Length: -5",
          "Content-Length: 0x5",
          "Content-Length: 5 6",
          "Content-Length: ",
          "Content-Length: 99999999999999999999",
          "Content-Length : 5",
          "Content-Length:\r\n 5",
          "X-Folded: a\r\n b\r\nContent-Length: 5",
          "X-Folded: a\r\n\tTransfer-Encoding: chunked\r\nContent-Length: 5",
          " X-First: a\r\nContent-Length: 5",
          "X-Bare: a\nContent-Length: 5",
          "X-Bare: a\rContent-Length: 5",
          "X-Nul: a\0b\r\nContent-Length: 5",
          "X-Control: a\u000bb\r\nContent-Length: 5",
          "Transfer-Encoding: xchunked",
          "Transfer-Encoding: gzip, chunked",
          "Transfer-Encoding: chunked, gzip",
          "Transfer-Encoding: chunked, chunked",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
          "Transfer-Encoding: identity\r\nContent-Length: 5",
          "Transfer-Encoding: \u000bchunked",
          "Transfer-Encoding : chunked",
          "Transfer-Encoding:\r\nContent-Length: 5",
          "Host: other\r\nContent-Length: 5",
          "no colon here\r\nContent-Length: 5",
          ": no name\r\nContent-Length: 5");

  private static final List<String> CHUNKS =
      List.of(
          "5;a\nabcde\r\n0\r\n\r\n",
          "5;a\rb\r\nabcde\r\n0\r\n\r\n",
          "5;a=" + "x".repeat(5000) + "\r\nabcde\r\n0\r\n\r\n",
          "-5\r\nabcde\r\n0\r\n\r\n",
          "+5\r\nabcde\r\n0\r\n\r\n",
          "0x5\r\nabcde\r\n0\r\n\r\n",
          " 5\r\nabcde\r\n0\r\n\r\n",
          "\r\nabcde\r\n0\r\n\r\n",
          "100000005\r\nabcde\r\n0\r\n\r\n",
          "7fffffffffffffff\r\nabcde\r\n0\r\n\r\n",
          "ffffffff\r\nabcde\r\n0\r\n\r\n",
          "5\r\nabcdeXX0\r\n\r\n",
          "5\nabcde\n0\n\n",
          ("1;" + "x".repeat(2000) + "\r\na\r\n").repeat(20));

  private static final List<String> LINES =
      List.of(
          "POST /v1/traces HTTP/1.1\nHost: test\nContent-Length: 0\n\n",
          "POST /v1/traces HTTP/1.1\rHost: test\r\n\r\n",
          "POST\u000b/v1/traces\u000bHTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n",
          "POST /v1/traces HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "POST /v1/traces HTTP/9.9\r\nHost: test\r\nContent-Length: 0\r\n\r\n",
          "POST /v1/traces HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
          "POST /v1/traces\r\n\r\n",
          "\0POST /v1/traces HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n");

  private final Siege siege = new Siege();

  @BeforeEach
  void begin() {
    siege.begin();
  }

  @AfterAll
  void end() {
    siege.close();
  }

  private void refusesOnce(String request) throws Exception {
    try (RawHttp http = new RawHttp(siege.port(false))) {
      http.write(request + SECOND);
      assertThat(http.read().status()).isEqualTo(400);
      assertThat(http.isClosedByServer()).isTrue();
    }
    siege.awaitClosed(false, "malformed", 1);
    siege.neighbour().assertServed();
  }

  @ParameterizedTest(name = "{index}")
  @FieldSource("HEADS")
  void refuses_a_head_that_can_be_read_in_two_ways(String headers) throws Exception {
    refusesOnce(
        "POST /v1/traces HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-protobuf\r\n"
            + headers
            + "\r\n\r\n0\r\n\r\n");
  }

  @ParameterizedTest(name = "{index}")
  @FieldSource("CHUNKS")
  void refuses_a_chunk_that_can_be_read_in_two_ways(String chunks) throws Exception {
    refusesOnce(RawHttp.head("Transfer-Encoding: chunked") + chunks);
  }

  @ParameterizedTest(name = "{index}")
  @FieldSource("LINES")
  void refuses_a_request_line_that_can_be_read_in_two_ways(String request) throws Exception {
    refusesOnce(request);
  }

  @Test
  void takes_what_is_strange_but_clear() throws Exception {
    try (RawHttp http = new RawHttp(siege.port(false))) {
      http.write("\r\n" + RawHttp.head("Transfer-Encoding: Chunked") + "0;a=b\r\nX-T: y\r\n\r\n");
      assertThat(http.read().status()).isEqualTo(200);
      http.write(SECOND.replace("/v1/traces", "http://test/v1/traces?a=b"));
      assertThat(http.read().status()).isEqualTo(200);
      http.write("HEAD /v1/traces HTTP/1.1\r\nHost: test\r\n\r\n" + SECOND);
      assertThat(http.readHead().status()).isEqualTo(405);
      assertThat(http.read().status()).isEqualTo(200);
    }
  }

  @Test
  void refuses_a_head_of_a_megabyte() throws Exception {
    tooLarge("X-Long: " + "x".repeat(1 << 20));
    siege.assertUnharmed(SMALL_BYTES);
  }

  @Test
  void refuses_ten_thousand_headers() throws Exception {
    StringBuilder headers = new StringBuilder("X-0: y");
    for (int i = 1; i < 10_000; i++) {
      headers.append("\r\nX-").append(i).append(": y");
    }
    tooLarge(headers.toString());
    siege.assertUnharmed(SMALL_BYTES);
  }

  private void tooLarge(String headers) throws IOException {
    try (RawHttp http = new RawHttp(siege.port(false))) {
      http.write(
          RawHttp.head("Content-Length: 0").replace("\r\n\r\n", "\r\n" + headers + "\r\n\r\n"));
      assertThat(http.read().status()).isEqualTo(431);
      assertThat(http.isClosedByServer()).isTrue();
    } catch (java.net.SocketException e) {
      // The gateway closed before all of it was written.
      assertThat(e).hasMessageMatching(".*(reset|Broken pipe).*");
    }
    siege.awaitClosed(false, "header_too_large", 1);
  }

  @Test
  void refuses_more_headers_than_a_hundred_and_goes_on() throws Exception {
    try (RawHttp http = new RawHttp(siege.port(false))) {
      http.write(RawHttp.head("X-A: b\r\n".repeat(100) + "Content-Length: 0"));
      assertThat(http.read().status()).isEqualTo(431);
      http.write(SECOND.getBytes(ISO_8859_1));
      assertThat(http.read().status()).isEqualTo(200);
    }
  }
}
