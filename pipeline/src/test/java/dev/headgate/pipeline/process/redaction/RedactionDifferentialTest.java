package dev.headgate.pipeline.process.redaction;

import static dev.headgate.pipeline.process.redaction.RedactionFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Action;
import dev.headgate.config.RedactionConfig.Mode;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.RandomOtlp;
import dev.headgate.pipeline.payload.Payload;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RedactionDifferentialTest {
  private static final String[] VALUES = {
    "4[0-9]{3}(?: [0-9]{4}){3}",
    "(?i)bearer +[a-z.-]+",
    "unknown [0-9-]+3",
    "[\\x{1f600}-\\x{1f64f}]",
    "é",
    "x{100,}",
    "[0-9]{2}"
  };

  static Stream<RedactionConfig> configurations() {
    return Stream.of(
            settings().blockValues(VALUES),
            settings().blockKeys("*.password*", "API_KEY*", "a").replacement("[REDACTED]"),
            settings()
                .blockPatterns("^http", "[0-9]$")
                .ignore("http.request.method")
                .blockKeys("é*"),
            settings().blockPatterns("^http").blockKeys("*key*").blockValues(VALUES),
            settings().blockPatterns("^http").blockValues(VALUES).replacement(""),
            settings().allowOnly("a", "user.password", "é").blockKeys("user.*").blockValues("abc"),
            settings().blockValues(VALUES).allowValues("a", "^[0-9]+$").allTypes(),
            settings().allowOnly())
        .flatMap(
            settings -> Stream.of(Action.values()).map(action -> settings.action(action).config()));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void does_what_the_same_edit_with_builders_does(RedactionConfig config) {
    RedactionFixture fixture = new RedactionFixture(config);
    RedactionOracle oracle = new RedactionOracle(config);
    RandomOtlp random = new RandomOtlp(20261121).withInvalidIds().withEmptyKeys();
    int changed = 0;
    for (int i = 0; i < 40; i++) {
      for (Signal signal : Signal.values()) {
        byte[] bytes = random.next(signal);
        Message message = RandomOtlp.parse(signal, bytes);
        Payload payload = RedactionFixture.payload(signal, bytes);

        Payload result = fixture.process(payload);

        Message expected = oracle.redact(message);
        assertThat(RandomOtlp.parse(signal, result.bytes().toArray()))
            .as("request " + i + " of " + signal)
            .isEqualTo(expected);
        if (expected.equals(message)) {
          assertThat(result).isSameAs(payload);
        } else {
          changed++;
        }
      }
    }
    assertThat(changed).isGreaterThan(20);
    assertThat(fixture.hits()).isEqualTo(oracle.hits);
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void audit_counts_the_same_hits_and_changes_nothing(RedactionConfig config) {
    RedactionFixture enforce = new RedactionFixture(config);
    RedactionFixture audit = new RedactionFixture(withMode(config, Mode.AUDIT));
    RandomOtlp random = new RandomOtlp(7).withInvalidIds();
    for (int i = 0; i < 15; i++) {
      for (Signal signal : Signal.values()) {
        Payload payload = RedactionFixture.payload(signal, random.next(signal));
        enforce.process(payload);
        assertThat(audit.process(payload)).isSameAs(payload);
      }
    }
    assertThat(audit.hits()).isNotEmpty().isEqualTo(enforce.hits());
    assertThat(audit.points())
        .allSatisfy(point -> assertThat(point.getLabels().get("mode")).isEqualTo("audit"));
  }

  @Test
  void redacting_again_changes_nothing() {
    RedactionFixture fixture =
        settings().blockKeys("*.password*", "*key*").blockValues("Bearer [a-z.-]+").start();
    RandomOtlp random = new RandomOtlp(3);
    for (int i = 0; i < 20; i++) {
      for (Signal signal : Signal.values()) {
        Payload once = fixture.process(RedactionFixture.payload(signal, random.next(signal)));
        assertThat(fixture.process(once)).isSameAs(once);
      }
    }
  }

  private static RedactionConfig withMode(RedactionConfig config, Mode mode) {
    return new RedactionConfig(
        config.keys(),
        config.values(),
        config.action(),
        config.replacement(),
        config.hashing(),
        config.urlSanitizer(),
        config.dbSanitizer(),
        config.keyedTexts(),
        config.summary(),
        mode,
        config.coverage());
  }
}
