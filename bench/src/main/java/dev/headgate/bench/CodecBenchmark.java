package dev.headgate.bench;

import dev.headgate.pipeline.codec.Compressor;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.codec.Decompressor;
import dev.headgate.pipeline.memory.Bytes;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What compressing and decompressing cost an item. One operation is one span, log record or data
/// point; bodies hold 1000.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Samples.ITEMS)
public class CodecBenchmark {
  private static final long MAX_BYTES = 64L << 20;

  /// Spans of 800 B, log records with bodies of 170 B, or data points.
  @Param({"spans", "logs", "points"})
  public String items = "";

  /// How bodies are compressed.
  @Param({"GZIP", "ZSTD"})
  public ContentCoding coding = ContentCoding.GZIP;

  private final Compressor compressor = new Compressor();
  private final Decompressor decompressor = new Decompressor();
  private List<Bytes> plain = List.of();
  private Bytes compressed = Bytes.of(new byte[0]);

  /// Makes a body, and proves that it gets smaller and comes back.
  @Setup
  public void setUp() {
    Samples samples = new Samples();
    Bytes body =
        switch (items) {
          case "spans" -> samples.spansWithoutSecrets().bytes();
          case "logs" -> samples.cleanLogs().bytes();
          default -> samples.points().bytes();
        };
    plain = List.of(body);
    compressed = Bytes.of(compress());
    if (compressed.length() > body.length() / 2
        || !Arrays.equals(decompress().toArray(), body.toArray())) {
      throw new IllegalStateException("benchmark is not about: compressing");
    }
  }

  /// Frees native memory.
  @TearDown
  public void tearDown() {
    compressor.close();
    decompressor.close();
  }

  /// A body on its way out.
  @Benchmark
  public byte[] compress() {
    return compressor.compress(coding, plain);
  }

  /// A body on its way in.
  @Benchmark
  public Bytes decompress() {
    return decompressor.decompress(coding, compressed, MAX_BYTES, _ -> true);
  }
}
