package dev.headgate.gateway.fuzz;

import dev.headgate.config.Signal;
import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.ConfigSource;
import dev.headgate.gateway.TestProcessors;
import dev.headgate.gateway.cli.PipelineChecks;
import dev.headgate.pipeline.otlp.CheckedRequest;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.LendingContext;
import dev.headgate.pipeline.process.Processor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Every processor of `fuzz/processors.yaml`: out comes a request, and the items that are missing
/// are booked.
public final class ProcessorsFuzz {
  private static final List<Processor> PROCESSORS = processors();

  private ProcessorsFuzz() {}

  /// One input: a processor, a signal, then a request in protobuf.
  public static void fuzzerTestOneInput(byte[] data) {
    Input input = new Input(data);
    Processor processor = PROCESSORS.get(input.choice(PROCESSORS.size()));
    Signal signal = input.signal();
    CheckedRequest checked = Input.check(signal, input.rest());
    if (checked == null || checked.items() == 0) {
      return;
    }
    ChainContext context = LendingContext.create();
    byte[] before = checked.bytes().toArray();
    Payload in = new Payload(signal, Tenant.NONE, checked.bytes(), checked.items());
    Payload out = processor.process(in, context);
    if (!Arrays.equals(before, in.bytes().toArray())) {
      throw new AssertionError("a payload's bytes were written to");
    }
    long dropped = context.drops().values().stream().mapToLong(Long::longValue).sum();
    if (in.items() != out.items() + dropped) {
      throw new AssertionError(
          in.items() + " items in, " + out.items() + " out, booked: " + dropped);
    }
    if (out.items() > 0) {
      Input.items(signal, out.bytes().toArray(), out.items());
      if (Input.check(signal, out.bytes().toArray()) == null) {
        throw new AssertionError("what a processor wrote is malformed");
      }
    }
  }

  private static List<Processor> processors() {
    try (InputStream file =
        Objects.requireNonNull(ProcessorsFuzz.class.getResourceAsStream("/fuzz/processors.yaml"))) {
      String yaml = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return List.copyOf(
          TestProcessors.of(
                  new ConfigLoader(_ -> null, new PipelineChecks())
                      .load(List.of(new ConfigSource("processors.yaml", yaml)), List.of())
                      .config())
              .values());
    } catch (IOException | ConfigException e) {
      throw new IllegalStateException(e);
    }
  }
}
