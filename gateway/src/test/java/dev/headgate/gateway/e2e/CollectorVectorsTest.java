package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.OtlpItems;
import dev.headgate.pipeline.otlp.JsonTranscoder;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The gateway and a Collector, each with the same file and the same input: what leaves them is
/// equal. `src/test/collector/record` recorded the Collector's side.
///
/// Where we differ on purpose, `NAME.SIGNAL.ours.json` holds what leaves us.
class CollectorVectorsTest {
  private static final Set<String> SAME_WHEN_EMPTY =
      Set.of("status", "resource", "scope", "body", "positive", "negative");

  /// Directories whose files have several pipelines for a signal: which sends first is left open.
  private static final String SEVERAL_PIPELINES = "fanout";

  private final HttpClient client = HttpClient.newHttpClient();

  @TestFactory
  Stream<DynamicContainer> leaves_as_from_the_collector() throws IOException, URISyntaxException {
    Path root =
        Path.of(Objects.requireNonNull(getClass().getResource("/collector/VERSION")).toURI())
            .getParent();
    try (Stream<Path> directories = Files.list(root)) {
      return directories.filter(Files::isDirectory).sorted().toList().stream()
          .map(directory -> dynamicContainer(directory.getFileName().toString(), cases(directory)));
    }
  }

  /// The cases of a directory, on one gateway: the first starts it, the last stops it.
  private Stream<DynamicTest> cases(Path directory) {
    List<Path> inputs;
    try (Stream<Path> files = Files.list(directory)) {
      inputs = files.filter(file -> file.toString().endsWith(".in.json")).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    assertThat(inputs).as("inputs in %s", directory).isNotEmpty();
    OtlpSink sink = new OtlpSink();
    List<GatewayHarness> started = new ArrayList<>();
    Stream<DynamicTest> tests =
        inputs.stream()
            .map(input ->
                dynamicTest(
                    input.getFileName().toString().replace(".in.json", ""),
                    () -> {
                      if (started.isEmpty()) {
                        started.add(start(directory, sink));
                      }
                      check(input, started.getFirst(), sink);
                    }));
    return tests.onClose(() -> {
      started.forEach(GatewayHarness::close);
      sink.close();
    });
  }

  private static GatewayHarness start(Path directory, OtlpSink sink) throws IOException {
    return GatewayHarness.start(
        Files.readString(directory.resolve("config.yaml")),
        Map.of("LISTEN", "127.0.0.1:0", "SINK", sink.endpoint(), "ENCODING", "proto"));
  }

  private void check(Path input, GatewayHarness gateway, OtlpSink sink) throws Exception {
    String name = input.getFileName().toString().replace(".in.json", "");
    Signal signal = signal(name.substring(name.indexOf('.') + 1));
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + gateway.httpPort() + "/v1/" + signal.key()))
                .header("content-type", "application/json")
                .timeout(GatewayHarness.PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofFile(input))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    gateway.assertBalanced();
    Message.Builder left = OtlpItems.parse(signal, new byte[0]).toBuilder();
    sink.drain().forEach(left::mergeFrom);

    Path ours = input.resolveSibling(name + ".ours.json");
    Path expected = Files.exists(ours) ? ours : input.resolveSibling(name + ".out.json");
    Message wanted = normal(parse(signal, Files.readAllBytes(expected)));
    // Several exporters, and the lanes of metrics, send resources in any order.
    boolean anyOrder =
        signal == Signal.METRICS
            || input.getParent().getFileName().toString().startsWith(SEVERAL_PIPELINES);
    assertThat(anyOrder ? sorted(normal(left.build())) : normal(left.build()))
        .isEqualTo(anyOrder ? sorted(wanted) : wanted);
  }

  private static Signal signal(String key) {
    return Stream.of(Signal.values())
        .filter(signal -> signal.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("a signal: " + key));
  }

  private static Message parse(Signal signal, byte[] json) {
    return OtlpItems.parse(
        signal, new JsonTranscoder().toProtobuf(signal, json, 0, json.length, 1 << 24));
  }

  /// The request with its resources in the order of their texts.
  private static Message sorted(Message request) {
    Message.Builder builder = request.toBuilder();
    for (FieldDescriptor field : new HashSet<>(request.getAllFields().keySet())) {
      List<Object> resources = new ArrayList<>((List<?>) request.getField(field));
      resources.sort(Comparator.comparing(Object::toString));
      builder.setField(field, resources);
    }
    return builder.build();
  }

  /// The message without submessages that mean the same when they are absent (the Collector writes
  /// them empty), and with attributes in the order of their keys: they have none of their own, and
  /// the Collector moves the last one to the place of one that it removes.
  private static Message normal(Message message) {
    Message.Builder builder = message.toBuilder();
    for (FieldDescriptor field : new HashSet<>(message.getAllFields().keySet())) {
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        continue;
      }
      if (field.isRepeated()) {
        List<Message> values = new ArrayList<>();
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          values.add(normal((Message) message.getRepeatedField(field, i)));
        }
        if (field.getMessageType().equals(KeyValue.getDescriptor())) {
          values.sort(Comparator.comparing(value -> ((KeyValue) value).getKey()));
        }
        builder.setField(field, values);
      } else {
        Message value = normal((Message) message.getField(field));
        if (SAME_WHEN_EMPTY.contains(field.getName())
            && value.equals(value.getDefaultInstanceForType())) {
          builder.clearField(field);
        } else {
          builder.setField(field, value);
        }
      }
    }
    return builder.build();
  }
}
