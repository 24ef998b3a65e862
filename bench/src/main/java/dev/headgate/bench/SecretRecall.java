package dev.headgate.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.JsonTranscoder;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.process.secrets.SecretPack;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counts what the rule pack `secrets` finds in examples that are secrets, in examples that are
/// none, and in captures of real telemetry. Texts are never printed: they look like secrets.
final class SecretRecall {
  private final Path folder;
  private final PrintStream out;
  private final SecretPack pack = SecretPack.forTexts();
  private final Map<String, Integer> found = new TreeMap<>();

  private SecretRecall(Path folder, PrintStream out) {
    this.folder = folder;
    this.out = out;
  }

  /// An example.
  ///
  /// @param rule by which its source names it
  /// @param isSecret whether it is one
  private record Example(String rule, boolean isSecret, String text) {}

  /// Prints the report.
  ///
  /// @param args the folder of `secret_examples.jsonl`, `otel_demo_logs.jsonl` and
  ///   `otel_demo_metrics.jsonl`; `-v` behind it lists the rules of examples that were missed
  public static void main(String[] args) throws IOException {
    if (args.length == 0) {
      System.err.println("usage: recall DATA_DIR [-v]");
      System.exit(2);
    }
    SecretRecall recall = new SecretRecall(Path.of(args[0]), System.out);
    recall.examples(args.length > 1 && args[1].equals("-v"));
    recall.capture(Signal.LOGS, "otel_demo_logs.jsonl");
    recall.capture(Signal.METRICS, "otel_demo_metrics.jsonl");
  }

  private void examples(boolean verbose) throws IOException {
    int secrets = 0;
    int recalled = 0;
    int others = 0;
    int falseHits = 0;
    for (String line : Files.readAllLines(folder.resolve("secret_examples.jsonl"))) {
      Example example = example(line);
      boolean hit = finds(example.text());
      if (example.isSecret()) {
        secrets++;
        recalled += hit ? 1 : 0;
        if (!hit && verbose) {
          out.println("missed: " + example.rule());
        }
      } else {
        others++;
        falseHits += hit ? 1 : 0;
      }
    }
    out.printf(
        "examples: %d of %d secrets found (%.1f %%), %d false hits in %d others%n",
        recalled, secrets, 100.0 * recalled / secrets, falseHits, others);
    out.println("found by: " + found);
  }

  private boolean finds(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] masked =
        pack.rewrite(
            bytes,
            0,
            bytes.length,
            (to, _, _, _) -> to.writeByte('*'),
            name -> found.merge(pack.names().get(name), 1, Integer::sum),
            Long.MAX_VALUE);
    return masked != null;
  }

  private static Example example(String line) throws IOException {
    String rule = "";
    String text = "";
    boolean isSecret = false;
    try (JsonParser json = new JsonFactory().createParser(line)) {
      while (json.nextToken() != null) {
        if (json.currentToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          switch (name) {
            case "rule" -> rule = json.getText();
            case "text" -> text = json.getText();
            case "label" -> isSecret = json.getIntValue() == 1;
            default -> {}
          }
        }
      }
    }
    return new Example(rule, isSecret, text);
  }

  /** Sends a capture through both processors, as the gateway would. */
  private void capture(Signal signal, String file) throws IOException {
    SecretChain chain = new SecretChain();
    List<Processor> processors = List.of(chain.redaction(), chain.scrubber());
    JsonTranscoder transcoder = new JsonTranscoder();
    ChainContext context = new ChainContext();
    int requests = 0;
    int changed = 0;
    for (String line : Files.readAllLines(folder.resolve(file))) {
      byte[] json = line.getBytes(StandardCharsets.UTF_8);
      byte[] bytes = transcoder.toProtobuf(signal, json, 0, json.length, Integer.MAX_VALUE);
      Payload payload = new Payload(signal, Tenant.NONE, bytes, 1);
      Payload at = payload;
      for (Processor processor : processors) {
        context.clear();
        at = processor.process(at, context);
      }
      requests++;
      changed += at == payload ? 0 : 1;
    }
    out.printf("%s: %d of %d requests changed%n", file, changed, requests);
  }
}
