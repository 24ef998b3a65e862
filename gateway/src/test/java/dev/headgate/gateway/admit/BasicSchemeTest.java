package dev.headgate.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.config.BasicServerAuthConfig;
import dev.headgate.config.Secret;
import dev.headgate.gateway.admit.Authenticator.Verdict;
import dev.headgate.pipeline.files.FileWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BasicSchemeTest {
  /// The password `secret`, by bcrypt of cost 5.
  private static final String HASH = "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

  private final FileWatch files = new FileWatch();
  private final List<String> logged = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    files.close();
  }

  private BasicScheme of(String htpasswd) throws IOException {
    return new BasicScheme(new BasicServerAuthConfig(null, new Secret(htpasswd)), files);
  }

  private static String encoded(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(pair);
  }

  private static String basic(String user, String password) {
    return "Basic " + encoded(user, password);
  }

  private static Verdict later(AuthScheme scheme, String value) throws Exception {
    return CompletableFuture.supplyAsync(() -> scheme.verdict(value), scheme.beside())
        .get(30, TimeUnit.SECONDS);
  }

  @Test
  void a_password_that_is_too_long_is_never_hashed() throws Exception {
    try (BasicScheme scheme = of("slow:" + HASH + "\nplain:" + "x".repeat(256))) {
      for (String user : List.of("slow", "plain", "nobody")) {
        String tooLong = basic(user, "x".repeat(257));
        assertThat(scheme.verdictNow(tooLong)).isEqualTo(Verdict.REFUSED);
        assertThat(later(scheme, tooLong)).isEqualTo(Verdict.REFUSED);
      }
      assertThat(scheme.verdictNow(basic("slow", "x".repeat(256)))).isNull();
      assertThat(scheme.verdictNow(basic("plain", "x".repeat(256)))).isEqualTo(Verdict.ADMITTED);
    }
  }

  @Test
  void who_was_admitted_is_known_again_however_the_header_is_spelt() throws Exception {
    try (BasicScheme scheme = of("slow:" + HASH)) {
      assertThat(scheme.verdictNow(basic("slow", "secret"))).isNull();
      assertThat(later(scheme, basic("slow", "secret"))).isEqualTo(Verdict.ADMITTED);
      for (String prefix : List.of("Basic ", "basic ", "BASIC   ")) {
        assertThat(scheme.verdictNow(prefix + encoded("slow", "secret")))
            .isEqualTo(Verdict.ADMITTED);
      }
      assertThat(scheme.verdictNow(basic("slow", "Secret"))).isNull();
      assertThat(later(scheme, basic("slow", "Secret"))).isEqualTo(Verdict.REFUSED);
      assertThat(scheme.verdictNow(basic("slow", "secret"))).isEqualTo(Verdict.ADMITTED);
    }
  }

  @Test
  void one_slow_hash_makes_every_refusal_slow() throws Exception {
    try (BasicScheme scheme = of("plain:simple\nslow:" + HASH)) {
      for (String user : List.of("plain", "slow", "nobody")) {
        String wrong = basic(user, "wrong");
        assertThat(scheme.verdictNow(wrong)).isNull();
        assertThat(later(scheme, wrong)).isEqualTo(Verdict.REFUSED);
      }
      assertThat(scheme.verdictNow(basic("plain", "simple"))).isEqualTo(Verdict.ADMITTED);
    }
    try (BasicScheme scheme = of("plain:simple")) {
      assertThat(scheme.verdictNow(basic("plain", "wrong"))).isEqualTo(Verdict.REFUSED);
      assertThat(scheme.verdictNow(basic("nobody", "wrong"))).isEqualTo(Verdict.REFUSED);
    }
  }

  @Test
  void lines_that_cannot_be_used_are_logged_in_one_line_when_others_can() throws Exception {
    Logger log = Logger.getLogger(BasicScheme.class.getName());
    Handler handler = new Capture();
    log.addHandler(handler);
    try {
      assertThatThrownBy(() -> of("geheim\n".repeat(50)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no user (expected: lines user:password): line 1: no colon")
          .hasMessageContaining("and 47 more")
          .hasMessageNotContaining("geheim");
      assertThat(logged).isEmpty();
      of("user:password\n" + "geheim\n".repeat(50)).close();
      assertThat(logged)
          .singleElement()
          .asString()
          .contains("line 2: no colon", "and 47 more")
          .doesNotContain("geheim");
    } finally {
      log.removeHandler(handler);
    }
  }

  private final class Capture extends Handler {
    @Override
    public void publish(LogRecord entry) {
      logged.add(entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
