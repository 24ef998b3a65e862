package dev.headgate.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.Compressor;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.memory.Slices;
import dev.headgate.pipeline.otlp.CheckedRequest;
import dev.headgate.pipeline.otlp.JsonRenderer;
import dev.headgate.pipeline.otlp.JsonTranscoder;
import dev.headgate.pipeline.otlp.OtlpChecker;
import dev.headgate.pipeline.otlp.OtlpSplitter;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What a request costs besides single processors: check, transcoding, whole chains, splitting and
/// compressing. One operation is one span or log record; requests hold 1000.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Samples.ITEMS)
public class RequestBenchmark {
  private static final int PARTS = 8;

  private final int[] bounds =
      IntStream.rangeClosed(0, PARTS).map(part -> part * Samples.ITEMS / PARTS).toArray();

  private final OtlpChecker checker = new OtlpChecker();
  private final JsonTranscoder transcoder = new JsonTranscoder();
  private final ChainContext context = new ChainContext();
  private final Compressor compressor = new Compressor();
  private Payload spans;
  private Payload cleanSpans;
  private Payload logs;
  private Payload points;
  private byte[] json;
  private List<Slices> parts;
  private List<Processor> traceChain;
  private List<Processor> keepingChain;
  private List<Processor> logChain;

  /// Makes requests and chains.
  @Setup
  public void setUp() throws InvalidProtocolBufferException {
    Samples samples = new Samples();
    spans = samples.spansWithSecrets();
    cleanSpans = samples.spansWithoutSecrets();
    logs = samples.secretLogs();
    points = samples.points();
    json = new JsonRenderer().render(Signal.TRACES, spans.bytes());
    parts = splitInEight();
    DefaultChain chain = new DefaultChain(10);
    traceChain = List.of(chain.redaction(), chain.sampler());
    DefaultChain keeping = new DefaultChain(100);
    keepingChain = List.of(keeping.redaction(), keeping.sampler());
    logChain = List.of(new DefaultChain(100).redaction(), chain.scrubber());
    for (Payload sample : List.of(spans, logs, points)) {
      CheckedRequest checked = checker.check(sample.signal(), sample.bytes(), 1);
      if (checked.bytes() != sample.bytes() || checked.items() != Samples.ITEMS) {
        throw new IllegalStateException("the check changes the sample of " + sample.signal());
      }
    }
    if (parts.size() != PARTS || walk() < 15 * Samples.ITEMS) {
      throw new IllegalStateException("the sample is not split in eight, or not walked");
    }
    if (run(spans, traceChain).items() > Samples.ITEMS / 5 || run(logs, logChain) == logs) {
      throw new IllegalStateException("the chains do not sample or do not scrub");
    }
    if (!ExportTraceServiceRequest.parseFrom(fromJson())
        .equals(ExportTraceServiceRequest.parseFrom(spans.bytes().toArray()))) {
      throw new IllegalStateException("the sample does not survive JSON");
    }
  }

  /// Frees native memory.
  @TearDown
  public void tearDown() {
    compressor.close();
  }

  private Payload run(Payload payload, List<Processor> chain) {
    CheckedRequest checked = checker.check(payload.signal(), payload.bytes(), 1);
    Payload at = payload.with(checked.bytes(), checked.items());
    for (Processor processor : chain) {
      context.clear();
      at = processor.process(at, context);
    }
    return at;
  }

  /// The fields of a span, its attributes as they are: the floor of every pass over it.
  @Benchmark
  public int walk() {
    return fields(spans.bytes().array(), 0, spans.sizeBytes(), 0);
  }

  private static int fields(byte[] bytes, int from, int to, int depth) {
    int fields = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      at = WireScan.skip(bytes, tag, length);
      // A request holds ResourceSpans in field 1, they ScopeSpans and those spans in field 2.
      boolean inside = depth < 3 && tag == WireType.tag(depth == 0 ? 1 : 2, 2);
      fields += inside ? fields(bytes, WireScan.varintEnd(bytes, length), at, depth + 1) : 1;
    }
    return fields;
  }

  /// The checking pass over a log record.
  @Benchmark
  public CheckedRequest checkLog() {
    return checker.check(Signal.LOGS, logs.bytes(), 1);
  }

  /// The checking pass over a data point.
  @Benchmark
  public CheckedRequest checkPoint() {
    return checker.check(Signal.METRICS, points.bytes(), 1);
  }

  /// The checking pass over a span.
  @Benchmark
  public CheckedRequest check() {
    return checker.check(Signal.TRACES, spans.bytes(), 1);
  }

  /// A span from OTLP/JSON to protobuf.
  @Benchmark
  public byte[] fromJson() {
    return transcoder.toProtobuf(Signal.TRACES, json, 0, json.length, Integer.MAX_VALUE);
  }

  /// A span of a request that is split in eight.
  @Benchmark
  public List<Slices> splitInEight() {
    return OtlpSplitter.split(Signal.TRACES, spans.bytes(), Samples.ITEMS, bounds);
  }

  /// A span of a batch of eight requests that is joined and compressed. Without compression joining
  /// copies nothing: the requests are sent one behind the other.
  @Benchmark
  public byte[] joinAndGzipEight() {
    return compressor.compress(ContentCoding.GZIP, parts);
  }

  /// The same with zstd.
  @Benchmark
  public byte[] joinAndZstdEight() {
    return compressor.compress(ContentCoding.ZSTD, parts);
  }

  /// A span with three secrets through check, redaction and the sampler at 10 %.
  @Benchmark
  public Payload traceChain() {
    return run(spans, traceChain);
  }

  /// A span with three secrets through check, redaction and a sampler that keeps everything.
  @Benchmark
  public Payload traceChainKeepingAll() {
    return run(spans, keepingChain);
  }

  /// The same for a span without secrets.
  @Benchmark
  public Payload traceChainKeepingAllClean() {
    return run(cleanSpans, keepingChain);
  }

  /// A log record with a token through check, redaction and the scrubber.
  @Benchmark
  public Payload logChain() {
    return run(logs, logChain);
  }
}
