package dev.headgate.bench.compare;

/// How a system is set up: two scenarios with equal setups share its process.
///
/// @param protocol of the exporter
/// @param egress how the exporter compresses
/// @param samplingPercent share of the spans that a chain keeps
/// @param cores of the system under test
record Setup(
    Chain chain, Traffic.Protocol protocol, Traffic.Coding egress, int samplingPercent, int cores) {
  /// What is done to items.
  enum Chain {
    /// Nothing.
    PASS,
    /// The default policy.
    POLICY
  }

  /// gRPC, uncompressed, everything kept, one core.
  static Setup of(Chain chain) {
    return new Setup(chain, Traffic.Protocol.GRPC, Traffic.Coding.NONE, 100, 1);
  }

  Setup over(Traffic.Protocol other) {
    return new Setup(chain, other, egress, samplingPercent, cores);
  }

  Setup coded(Traffic.Coding other) {
    return new Setup(chain, protocol, other, samplingPercent, cores);
  }

  Setup sampling(int percent) {
    return new Setup(chain, protocol, egress, percent, cores);
  }

  Setup cores(int number) {
    return new Setup(chain, protocol, egress, samplingPercent, number);
  }
}
