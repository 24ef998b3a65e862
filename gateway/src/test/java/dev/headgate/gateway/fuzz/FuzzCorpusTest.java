package dev.headgate.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every input that the fuzzer once found worth keeping, and every one that once broke something.
class FuzzCorpusTest {
  private static final Map<String, Consumer<byte[]>> TARGETS =
      new TreeMap<>(
          Map.of(
              "CheckerFuzz", CheckerFuzz::fuzzerTestOneInput,
              "ConfigFuzz", ConfigFuzz::fuzzerTestOneInput,
              "InflateFuzz", InflateFuzz::fuzzerTestOneInput,
              "JsonFuzz", JsonFuzz::fuzzerTestOneInput,
              "ProcessorsFuzz", ProcessorsFuzz::fuzzerTestOneInput));

  @TestFactory
  Stream<DynamicTest> keeps_its_promises_for_the_corpus_of() {
    return TARGETS.entrySet().stream()
        .map(target ->
            dynamicTest(
                target.getKey(),
                () -> {
                  List<Path> corpus = corpus(target.getKey());
                  assertThat(corpus).isNotEmpty();
                  for (Path file : corpus) {
                    replay(target.getValue(), file);
                  }
                }));
  }

  private static void replay(Consumer<byte[]> target, Path file) throws IOException {
    try {
      target.accept(Files.readAllBytes(file));
    } catch (RuntimeException | Error e) {
      throw new AssertionError("input " + file.getFileName(), e);
    }
  }

  private static List<Path> corpus(String target) throws IOException, URISyntaxException {
    Path root =
        Path.of(
                Objects.requireNonNull(FuzzCorpusTest.class.getResource("/fuzz/processors.yaml"))
                    .toURI())
            .resolveSibling(target);
    try (Stream<Path> files = Files.list(root)) {
      return files.sorted().toList();
    }
  }
}
