package dev.headgate.pipeline.process.redaction;

import static dev.headgate.pipeline.process.redaction.RedactionFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Coverage;
import dev.headgate.config.RedactionConfig.HashFunction;
import dev.headgate.config.RedactionConfig.Summary;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.RandomOtlp;
import dev.headgate.pipeline.payload.Payload;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CollectorRedactionTest {
  private static final String[] VALUES = {"[0-9]{3}", "(?i)bearer +[a-z.-]+", "é"};

  static Stream<RedactionConfig> configurations() {
    return Stream.of(
            settings().blockValues(VALUES),
            settings().blockPatterns("^http", "[0-9]$").ignore("http.request.method"),
            settings().blockPatterns("^http", "a").blockValues(VALUES).ignorePatterns("key$"),
            settings().blockPatterns("e").blockValues(VALUES).hash(HashFunction.SHA1),
            settings().blockValues(VALUES).allowValues("[abA]", "^[0-9]+$"),
            settings().blockValues(VALUES).blockPatterns("r").allowValues("GET").allTypes(),
            settings().blockValues(VALUES).hash(HashFunction.SHA1).allTypes(),
            settings().allowOnly("a", "user.password", "é").blockValues("[abc]"),
            settings().allowOnly())
        .flatMap(settings ->
            Stream.of(Summary.values())
                .map(summary -> settings.coverage(Coverage.COLLECTOR).summary(summary).config()));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void does_what_the_collector_does(RedactionConfig config) {
    RedactionFixture fixture = new RedactionFixture(config);
    CollectorOracle oracle = new CollectorOracle(config);
    RandomOtlp random = new RandomOtlp(20261121).withInvalidIds();
    Random summaries = new Random(4);
    int changed = 0;
    for (int i = 0; i < 30; i++) {
      for (Signal signal : Signal.values()) {
        Message message =
            withEarlierSummaries(RandomOtlp.parse(signal, random.next(signal)), summaries);
        Payload payload = RedactionFixture.payload(signal, message.toByteArray());

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
    assertThat(changed).isGreaterThan(5);
  }

  /// Some lists of attributes with a summary among them.
  private static Message withEarlierSummaries(Message message, Random random) {
    Message.Builder result = message.toBuilder();
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (field.getJavaType() != JavaType.MESSAGE
          || field.getMessageType().getName().equals("AnyValue")) {
        continue;
      }
      if (field.getName().equals("attributes") && random.nextInt(3) == 0) {
        earlier(random).forEach(attribute -> result.addRepeatedField(field, attribute));
        Object first = result.getRepeatedField(field, 0);
        result.addRepeatedField(field, first);
      } else if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          Message child = (Message) message.getRepeatedField(field, i);
          result.setRepeatedField(field, i, withEarlierSummaries(child, random));
        }
      } else {
        result.setField(field, withEarlierSummaries((Message) message.getField(field), random));
      }
    }
    return result.build();
  }

  private static List<KeyValue> earlier(Random random) {
    AnyValue text = AnyValue.newBuilder().setStringValue("b,a12345,,z").build();
    AnyValue number = AnyValue.newBuilder().setIntValue(random.nextInt(3)).build();
    return Stream.of(
            "redaction.masked.keys",
            "redaction.masked.count",
            "redaction.redacted.keys",
            "redaction.redacted.count",
            "redaction.allowed.keys",
            "redaction.ignored.count",
            "redaction.body.masked.keys",
            "redaction.body.masked.count",
            "redaction.other")
        .filter(_ -> random.nextBoolean())
        .map(key ->
            KeyValue.newBuilder()
                .setKey(key)
                .setValue(random.nextInt(4) == 0 || key.endsWith("keys") ? text : number)
                .build())
        .toList();
  }
}
