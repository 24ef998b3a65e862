package dev.headgate.bench;

import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.Processor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What each processor of the default policy costs an item. One operation is one span, log record
/// or data point; requests hold 1000.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Samples.ITEMS)
public class ProcessorBenchmark {
  private final ChainContext context = new ChainContext();
  private Payload spansWithSecrets;
  private Payload spansWithoutSecrets;
  private Payload cleanLogs;
  private Payload secretLogs;
  private Payload points;
  private Processor redaction;
  private Processor scrubber;
  private Processor keepsAll;
  private Processor keepsTenth;
  private Processor guard;
  private Processor scrubberWithPack;
  private Processor redactionWithPack;

  /// Makes requests and processors, and proves that each does what its benchmark is called after.
  @Setup
  public void setUp() {
    Samples samples = new Samples();
    spansWithSecrets = samples.spansWithSecrets();
    spansWithoutSecrets = samples.spansWithoutSecrets();
    cleanLogs = samples.cleanLogs();
    secretLogs = samples.secretLogs();
    points = samples.points();
    DefaultChain chain = new DefaultChain(100);
    redaction = chain.redaction();
    scrubber = chain.scrubber();
    keepsAll = chain.sampler();
    keepsTenth = new DefaultChain(10).sampler();
    guard = chain.guard();
    SecretChain secrets = new SecretChain();
    scrubberWithPack = secrets.scrubber();
    redactionWithPack = secrets.redaction();
    expect("redacts", run(redaction, spansWithSecrets) != spansWithSecrets);
    expect("redacts nothing in logs", run(redaction, cleanLogs) == cleanLogs);
    expect("redacts nothing in points", run(redaction, points) == points);
    expect("redacts nothing", run(redaction, spansWithoutSecrets) == spansWithoutSecrets);
    expect("scrubs", run(scrubber, secretLogs) != secretLogs);
    expect("scrubs nothing", run(scrubber, cleanLogs) == cleanLogs);
    expect("finds secrets", run(scrubberWithPack, secretLogs) != secretLogs);
    expect("finds no secrets", run(scrubberWithPack, cleanLogs) == cleanLogs);
    expect(
        "finds no secrets in spans",
        run(redactionWithPack, spansWithoutSecrets) == spansWithoutSecrets);
    expect("keeps all", run(keepsAll, spansWithoutSecrets).items() == Samples.ITEMS);
    expect("keeps a tenth", run(keepsTenth, spansWithoutSecrets).items() < Samples.ITEMS / 5);
    expect("guards", run(guard, points) == points);
  }

  private static void expect(String what, boolean holds) {
    if (!holds) {
      throw new IllegalStateException("benchmark is not about: " + what);
    }
  }

  private Payload run(Processor processor, Payload payload) {
    context.clear();
    return processor.process(payload, context);
  }

  /// 3 of 15 attributes of an 800 B span are masked.
  @Benchmark
  public Payload redact3Of15() {
    return run(redaction, spansWithSecrets);
  }

  /// No attribute of an 800 B span matches.
  @Benchmark
  public Payload redactNothing() {
    return run(redaction, spansWithoutSecrets);
  }

  /// No attribute of a log record matches.
  @Benchmark
  public Payload redactNothingInLog() {
    return run(redaction, cleanLogs);
  }

  /// No attribute of a data point matches.
  @Benchmark
  public Payload redactNothingInPoint() {
    return run(redaction, points);
  }

  /// A 170 B body holds an access token.
  @Benchmark
  public Payload scrubToken() {
    return run(scrubber, secretLogs);
  }

  /// A 170 B body matches neither rule.
  @Benchmark
  public Payload scrubNothing() {
    return run(scrubber, cleanLogs);
  }

  /// A 170 B body holds a secret that the rule pack `secrets` finds; no other rules.
  @Benchmark
  public Payload packSecret() {
    return run(scrubberWithPack, secretLogs);
  }

  /// A 170 B body holds nothing that the rule pack `secrets` finds; no other rules.
  @Benchmark
  public Payload packNothing() {
    return run(scrubberWithPack, cleanLogs);
  }

  /// The rule pack `secrets` finds nothing in the texts of an 800 B span; no other rules.
  @Benchmark
  public Payload packNothingInSpan() {
    return run(redactionWithPack, spansWithoutSecrets);
  }

  /// Every span is kept.
  @Benchmark
  public Payload sample100Percent() {
    return run(keepsAll, spansWithoutSecrets);
  }

  /// About a tenth of the spans is kept.
  @Benchmark
  public Payload sample10Percent() {
    return run(keepsTenth, spansWithoutSecrets);
  }

  /// Every series is known.
  @Benchmark
  public Payload guardKnownSeries() {
    return run(guard, points);
  }
}
