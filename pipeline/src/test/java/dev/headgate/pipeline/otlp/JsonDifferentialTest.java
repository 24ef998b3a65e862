package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireReader;
import dev.headgate.pipeline.wire.WireType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Transcoder and renderer against protobuf-java on random requests.
class JsonDifferentialTest {
  private static final int ROUNDS = 150;

  private final JsonTranscoder transcoder = new JsonTranscoder();
  private final JsonRenderer renderer = new JsonRenderer();

  @ParameterizedTest
  @EnumSource(Signal.class)
  void transcodes_every_spelling_to_what_was_meant(Signal signal) {
    for (int seed = 0; seed < ROUNDS; seed++) {
      JsonSamples samples = new JsonSamples(seed);
      Message meant = samples.request(signal);
      byte[] json = samples.json(meant);
      byte[] request = transcoder.toProtobuf(signal, json, 0, json.length, Integer.MAX_VALUE);
      assertThat(JsonSamples.parse(signal, request)).as("seed %d", seed).isEqualTo(meant);
      assertFirstFieldsFirst(OtlpMessage.request(signal), request, 0, request.length);
    }
  }

  @ParameterizedTest
  @EnumSource(Signal.class)
  void what_was_rendered_transcodes_to_the_same_request(Signal signal) {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Message meant = new JsonSamples(seed).request(signal);
      byte[] json = renderer.render(signal, SpareBytes.of(meant.toByteArray()));
      assertThat(new String(json, StandardCharsets.UTF_8)).doesNotContain("\n", "\r", "\u2028");
      byte[] request = transcoder.toProtobuf(signal, json, 0, json.length, Integer.MAX_VALUE);
      assertThat(JsonSamples.parse(signal, request)).as("seed %d", seed).isEqualTo(meant);
      assertThat(renderer.render(signal, SpareBytes.of(request)))
          .as("seed %d", seed)
          .isEqualTo(json);
    }
  }

  @ParameterizedTest
  @EnumSource(Signal.class)
  void damaged_text_is_refused_or_gives_a_parsable_request(Signal signal) {
    Random random = new Random(7);
    int refused = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      JsonSamples samples = new JsonSamples(seed);
      byte[] json = samples.json(samples.request(signal));
      for (int i = 0; i < 20; i++) {
        byte[] damaged = Arrays.copyOf(json, json.length - random.nextInt(2));
        for (int hits = random.nextInt(3); hits >= 0 && damaged.length > 0; hits--) {
          damaged[random.nextInt(damaged.length)] = json[random.nextInt(json.length)];
        }
        try {
          byte[] request =
              transcoder.toProtobuf(signal, damaged, 0, damaged.length, Integer.MAX_VALUE);
          assertThat(JsonSamples.parse(signal, request)).isNotNull();
        } catch (MalformedInputException e) {
          assertThat(e.offset()).isBetween(0, damaged.length);
          refused++;
        }
      }
    }
    assertThat(refused).isPositive();
  }

  /* A message's singular field 1 is the first that is written. */
  private static void assertFirstFieldsFirst(OtlpMessage message, byte[] b, int from, int to) {
    WireReader reader = new WireReader();
    reader.reset(b, from, to);
    boolean first = true;
    while (!reader.atEnd()) {
      int tag = reader.readTag();
      OtlpField field = message.field(WireType.field(tag));
      assertThat(field).isNotNull();
      if (field.number() == 1 && !field.repeated()) {
        assertThat(first).as("field 1 of %s first", message).isTrue();
      }
      first = false;
      OtlpMessage inner = field.message();
      if (inner == null) {
        reader.skip(tag);
      } else {
        int length = reader.readLength();
        assertFirstFieldsFirst(inner, b, reader.position(), reader.position() + length);
        reader.advance(length);
      }
    }
  }
}
