package dev.headgate.exporters.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.headgate.config.PemSource;
import dev.headgate.config.TlsClientConfig;
import dev.headgate.config.TlsIdentityConfig;
import dev.headgate.config.TlsProtocols;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.memory.SpareBytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpClientTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final TlsClientConfig PLAIN = TlsClientConfig.PLAIN;
  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  private final ExportLoops loops = new ExportLoops(1);
  private final BlockingQueue<HttpReply> replies = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    loops.close();
    assertThat(replies).as("no request has two replies").isEmpty();
  }

  private HttpClient client(RawServer server) throws IOException {
    return new HttpClient(URI.create("http://127.0.0.1:" + server.port()), PLAIN, loops);
  }

  private HttpReply post(HttpClient client, int bodyBytes, Duration timeout)
      throws InterruptedException {
    start(client, bodyBytes, timeout);
    return reply();
  }

  private void start(HttpClient client, int bodyBytes, Duration timeout) {
    List<Content> body =
        List.of(
            SpareBytes.of(new byte[bodyBytes / 2]),
            SpareBytes.inSlices(new byte[bodyBytes - bodyBytes / 2]));
    client.post(
        new HttpClient.Call("/v1/logs?a=b%20c", Map.of("X-A", "1"), body, timeout), replies::add);
  }

  private HttpReply reply() throws InterruptedException {
    HttpReply reply = replies.poll(20, TimeUnit.SECONDS);
    assertThat(reply).isNotNull();
    return reply;
  }

  private static HttpReply.Answer answer(HttpReply reply) {
    assertThat(reply).isInstanceOf(HttpReply.Answer.class);
    return (HttpReply.Answer) reply;
  }

  private static HttpReply.NoAnswer noAnswer(HttpReply reply) {
    assertThat(reply).isInstanceOf(HttpReply.NoAnswer.class);
    return (HttpReply.NoAnswer) reply;
  }

  /// Sends one small request to a server that answers so, and closes when told to.
  private HttpReply answeredWith(String bytes) throws Exception {
    RawServer.Script script =
        (peer, _) -> {
          peer.request();
          peer.write(bytes);
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      return post(client, 10, LONG);
    }
  }

  @Test
  void sends_the_parts_of_a_body_in_a_row_whatever_arrays_they_stand_in() throws Exception {
    BlockingQueue<byte[]> bodies = new LinkedBlockingQueue<>();
    // More than sockets hold, so that they take it bit by bit.
    byte[] first = new byte[3_000_000];
    byte[] second = new byte[20_000_000];
    Random random = new Random(20261123);
    random.nextBytes(first);
    random.nextBytes(second);
    RawServer.Script script =
        (peer, _) -> {
          bodies.add(peer.body());
          peer.write(OK);
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      List<Content> body = List.of(SpareBytes.of(first), SpareBytes.inSlices(second));
      client.post(new HttpClient.Call("/", Map.of(), body, LONG), replies::add);

      assertThat(answer(reply()).body()).asString().isEqualTo("ok");
      byte[] both = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, both, first.length, second.length);
      assertThat(bodies.take()).isEqualTo(both);
    }
  }

  @Test
  void sends_target_headers_and_body_and_reuses_the_connection() throws Exception {
    BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    RawServer.Script script =
        (peer, _) -> {
          for (String head = peer.request(); !head.isEmpty(); head = peer.request()) {
            heads.add(head);
            peer.write(OK);
          }
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      for (int i = 0; i < 3; i++) {
        assertThat(answer(post(client, 300_000, LONG)).body()).asString().isEqualTo("ok");
        awaitIdle(client, 1);
      }
      assertThat(server.connections()).isEqualTo(1);
      assertThat(heads.take())
          .startsWith("post /v1/logs?a=b%20c http/1.1\r\n")
          .contains("\r\nx-a: 1\r\n", "\r\nhost: 127.0.0.1:" + server.port() + "\r\n")
          .contains("\r\ncontent-length: 300000\r\n")
          .doesNotContain("expect");
    }
  }

  private static void awaitIdle(HttpClient client, int count) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (client.idleConnections() != count && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(client.idleConnections()).isEqualTo(count);
  }

  @Test
  void keeps_no_connection_that_the_server_closes() throws Exception {
    RawServer.Script script =
        (peer, _) -> {
          peer.request();
          peer.write("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
          peer.awaitEnd();
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      assertThat(answer(post(client, 0, LONG)).status()).isEqualTo(204);
      assertThat(answer(post(client, 0, LONG)).status()).isEqualTo(204);
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void forgets_a_kept_connection_that_was_closed() throws Exception {
    CountDownLatch idle = new CountDownLatch(1);
    RawServer.Script script =
        (peer, number) -> {
          peer.request();
          peer.write(OK);
          if (number == 1) {
            await(idle);
          } else {
            peer.awaitEnd();
          }
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      post(client, 1, LONG);
      awaitIdle(client, 1);
      idle.countDown();
      awaitIdle(client, 0);
      assertThat(answer(post(client, 1, LONG)).status()).isEqualTo(200);
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IOException("waited too long");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void sends_again_when_a_kept_connection_breaks_before_its_answer() throws Exception {
    RawServer.Script script =
        (peer, number) -> {
          peer.request();
          peer.write(OK);
          peer.head();
          if (number == 1) {
            peer.reset();
          } else {
            peer.write(OK);
          }
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      post(client, 1, LONG);
      awaitIdle(client, 1);
      assertThat(answer(post(client, 1, LONG)).status()).isEqualTo(200);
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void a_fresh_connection_that_breaks_is_no_answer() throws Exception {
    try (RawServer server = new RawServer((peer, _) -> peer.request());
        HttpClient client = client(server)) {
      HttpReply.NoAnswer reply = noAnswer(post(client, 1, LONG));
      assertThat(reply.kind()).isEqualTo("connection");
      assertThat(reply.largeWrite()).isFalse();
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void bytes_after_an_answer_do_not_become_the_next_answer() throws Exception {
    RawServer.Script script =
        (peer, number) -> {
          peer.request();
          peer.write(number == 1 ? OK + "HTTP/1.1 400 Bad\r\ncontent-length: 4\r\n\r\nevil" : OK);
          peer.awaitEnd();
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      assertThat(answer(post(client, 1, LONG)).status()).isEqualTo(200);
      assertThat(answer(post(client, 1, LONG)).status()).isEqualTo(200);
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void reads_chunked_answers_after_informational_ones() throws Exception {
    HttpReply.Answer answer =
        answer(
            answeredWith(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\n\r\n"
                    + "HTTP/1.1 503 No\r\ntransfer-encoding: chunked\r\nRetry-After: 7\r\n"
                    + "Content-Type: text/plain\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.retryAfter()).isEqualTo("7");
    assertThat(answer.contentType()).isEqualTo("text/plain");
    assertThat(answer.body()).asString().isEqualTo("abcde");
  }

  @Test
  void follows_no_redirect() throws Exception {
    HttpReply reply =
        answeredWith("HTTP/1.1 307 Go\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n");
    assertThat(answer(reply).status()).isEqualTo(307);
  }

  @Test
  void an_answer_without_length_ends_with_the_connection() throws Exception {
    assertThat(answer(answeredWith("HTTP/1.0 400 Bad\r\n\r\nwhy")).body())
        .asString()
        .isEqualTo("why");
  }

  @Test
  void a_status_counts_even_when_its_body_is_torn() throws Exception {
    HttpReply.Answer answer =
        answer(answeredWith("HTTP/1.1 400 Bad\r\ncontent-length: 100\r\n\r\nwhy"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).asString().isEqualTo("why");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage\r\n\r\n",
        "SSH-2.0-x\r\n",
        "",
        "HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n",
        "HTTP/1.1 2"
      })
  void what_is_not_http_is_no_answer(String bytes) throws Exception {
    assertThat(noAnswer(answeredWith(bytes)).kind()).isEqualTo("connection");
  }

  @Test
  void a_huge_header_is_no_answer() throws Exception {
    String header = "HTTP/1.1 200 OK\r\nx: " + "a".repeat(1 << 20) + "\r\n\r\n";
    assertThat(noAnswer(answeredWith(header)).kind()).isEqualTo("connection");
  }

  @Test
  void a_huge_answer_is_cut_and_its_connection_closed() throws Exception {
    RawServer.Script script =
        (peer, _) -> {
          peer.request();
          peer.write("HTTP/1.1 503 No\r\ncontent-length: 67108864\r\n\r\n");
          String block = "x".repeat(1 << 16);
          for (int i = 0; i < 1024; i++) {
            peer.write(block);
          }
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      HttpReply.Answer answer = answer(post(client, 1, LONG));
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).hasSize(HttpClient.MAX_BODY_BYTES);
      assertThat(client.idleConnections()).isZero();
    }
  }

  @Test
  void an_error_that_comes_before_the_body_was_sent_is_the_answer() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    RawServer.Script script =
        (peer, _) -> {
          peer.head();
          peer.write("HTTP/1.1 413 Large\r\ncontent-length: 0\r\n\r\n");
          await(end);
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      assertThat(answer(post(client, 32 << 20, LONG)).status()).isEqualTo(413);
      assertThat(client.idleConnections()).isZero();
      end.countDown();
    }
  }

  @Test
  void a_success_that_comes_before_the_body_was_sent_is_not_believed() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    RawServer.Script script =
        (peer, _) -> {
          peer.head();
          peer.write(OK);
          await(end);
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      noAnswer(post(client, 32 << 20, LONG));
      end.countDown();
    }
  }

  @Test
  void a_reset_in_the_middle_of_a_large_body_is_told() throws Exception {
    RawServer.Script script =
        (peer, _) -> {
          peer.head();
          peer.reset();
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      assertThat(noAnswer(post(client, 32 << 20, LONG)).largeWrite()).isTrue();
    }
  }

  @Test
  void the_time_limit_ends_a_request_without_answer() throws Exception {
    RawServer.Script script = (peer, _) -> peer.awaitEnd();
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      HttpReply.NoAnswer reply = noAnswer(post(client, 1, Duration.ofMillis(100)));
      assertThat(reply.kind()).isEqualTo("timeout");
      assertThat(reply.largeWrite()).isFalse();
    }
  }

  @Test
  void the_time_limit_ends_a_large_write_that_nobody_reads() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (RawServer server = new RawServer((_, _) -> await(end));
        HttpClient client = client(server)) {
      HttpReply.NoAnswer reply = noAnswer(post(client, 32 << 20, Duration.ofMillis(200)));
      assertThat(reply.kind()).isEqualTo("timeout");
      assertThat(reply.largeWrite()).isFalse();
      end.countDown();
    }
  }

  @Test
  void a_body_that_nobody_reads_is_let_go_when_its_time_is_over() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (RawServer server = new RawServer((_, _) -> await(end));
        HttpClient client = client(server)) {
      Bytes body = SpareBytes.of(new byte[32 << 20]);
      Duration timeout = Duration.ofMillis(200);
      client.post(new HttpClient.Call("/", Map.of(), List.of(body), timeout), replies::add);
      noAnswer(reply());

      body.release();
      assertThatIllegalStateException().isThrownBy(body::retain);
      end.countDown();
    }
  }

  @Test
  void a_time_limit_of_zero_is_none() throws Exception {
    RawServer.Script script =
        (peer, _) -> {
          peer.request();
          peer.write(OK);
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      assertThat(answer(post(client, 1, Duration.ZERO)).status()).isEqualTo(200);
    }
  }

  @Test
  void a_refused_connection_is_no_answer() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    try (HttpClient client = new HttpClient(URI.create("http://127.0.0.1:" + port), PLAIN, loops)) {
      HttpReply.NoAnswer reply = noAnswer(post(client, 1, LONG));
      assertThat(reply.kind()).isEqualTo("connect");
      assertThat(reply.message()).isEqualTo("connection refused or host unreachable");
    }
  }

  @Test
  void an_unknown_host_is_no_answer() throws Exception {
    try (HttpClient client =
        new HttpClient(URI.create("http://nowhere.invalid:4318"), PLAIN, loops)) {
      assertThat(noAnswer(post(client, 1, LONG)).kind()).isEqualTo("connect");
    }
  }

  @Test
  void a_header_that_would_split_the_request_is_not_sent() throws Exception {
    try (RawServer server = new RawServer((peer, _) -> peer.request());
        HttpClient client = client(server)) {
      client.post(
          new HttpClient.Call("/", Map.of("x-a", "b\r\nx-c: d"), List.of(), LONG), replies::add);
      assertThat(noAnswer(reply()).kind()).isEqualTo("request");
    }
  }

  @Test
  void close_ends_what_is_under_way_and_what_comes_later() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    RawServer.Script script =
        (peer, _) -> {
          peer.head();
          seen.countDown();
          peer.awaitEnd();
        };
    try (RawServer server = new RawServer(script)) {
      HttpClient client = client(server);
      start(client, 1, Duration.ZERO);
      assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
      client.close();
      assertThat(noAnswer(reply()).message()).isEqualTo("client closed");
      assertThat(noAnswer(post(client, 1, LONG)).message()).isEqualTo("client closed");
    }
  }

  @Test
  void replies_after_the_loops_ended() throws Exception {
    try (RawServer server = new RawServer((peer, _) -> peer.request());
        HttpClient client = client(server)) {
      loops.close();
      assertThat(noAnswer(post(client, 1, LONG)).kind()).isEqualTo("shutdown");
    }
  }

  @Test
  void many_at_once_are_each_answered_and_few_are_kept() throws Exception {
    RawServer.Script script =
        (peer, _) -> {
          while (!peer.request().isEmpty()) {
            peer.write(OK);
          }
        };
    try (RawServer server = new RawServer(script);
        HttpClient client = client(server)) {
      for (int i = 0; i < 60; i++) {
        start(client, 1000, LONG);
      }
      for (int i = 0; i < 60; i++) {
        assertThat(answer(reply()).status()).isEqualTo(200);
      }
      assertThat((double) client.idleConnections()).isCloseTo(16, within(16.0));
    }
  }

  private static PemSource pem(String name) throws Exception {
    return new PemSource.InFile(Path.of(HttpClientTest.class.getResource(name).toURI()));
  }

  private static TlsClientConfig trusting(
      @Nullable TlsIdentityConfig identity, @Nullable String serverName) throws Exception {
    return new TlsClientConfig(
        false, false, pem("localhost.crt"), false, identity, serverName, TlsProtocols.DEFAULT);
  }

  private HttpReply postTls(String host, TlsClientConfig tls, boolean clientCertificate)
      throws Exception {
    KeyStore store = TestTls.keyStore();
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    RawServer.Script script =
        (peer, _) -> {
          peer.request();
          peer.write(OK);
          peer.awaitEnd();
        };
    ServerSocketFactory sockets = TestTls.sockets(context, clientCertificate);
    assertThat(sockets.createServerSocket()).isInstanceOf(SSLServerSocket.class);
    try (RawServer server = new RawServer(script, sockets);
        HttpClient client =
            new HttpClient(URI.create("https://" + host + ":" + server.port()), tls, loops)) {
      return post(client, 200_000, LONG);
    }
  }

  @Test
  void tls_trusts_the_configured_authority() throws Exception {
    TlsClientConfig tls = trusting(null, null);
    assertThat(answer(postTls("localhost", tls, false)).status()).isEqualTo(200);
  }

  @Test
  void tls_trusts_no_other_authority() throws Exception {
    HttpReply.NoAnswer reply = noAnswer(postTls("localhost", TlsClientConfig.DEFAULT, false));
    assertThat(reply.kind()).isEqualTo("tls");
  }

  @Test
  void tls_checks_the_host_name() throws Exception {
    TlsClientConfig tls = trusting(null, null);
    assertThat(noAnswer(postTls("127.0.0.1", tls, false)).kind()).isEqualTo("tls");
  }

  @Test
  void tls_checks_the_overriding_name_instead() throws Exception {
    TlsClientConfig tls = trusting(null, "localhost");
    assertThat(answer(postTls("127.0.0.1", tls, false)).status()).isEqualTo(200);
  }

  @Test
  void tls_can_go_unchecked() throws Exception {
    TlsClientConfig tls =
        new TlsClientConfig(false, true, null, false, null, null, TlsProtocols.DEFAULT);
    assertThat(answer(postTls("127.0.0.1", tls, false)).status()).isEqualTo(200);
  }

  @Test
  void tls_shows_the_own_certificate() throws Exception {
    TlsIdentityConfig identity =
        new TlsIdentityConfig(pem("localhost.crt"), pem("localhost.key"), Duration.ZERO);
    TlsClientConfig with = trusting(identity, null);
    assertThat(answer(postTls("localhost", with, true)).status()).isEqualTo(200);
    TlsClientConfig without = trusting(null, null);
    noAnswer(postTls("localhost", without, true));
  }
}
