package dev.headgate.bench.compare;

/// How a system is set up: two scenarios with equal setups share its process.
///
/// @param protocol of the exporter
/// @param egress how the exporter compresses
/// @param samplingPercent share of the spans that a chain keeps
/// @param cores of the system under test
/// @param cpuPercent of one core that it may use in all, once it is warm; 0 = all of its cores
record Setup(
    Chain chain,
    Traffic.Protocol protocol,
    Traffic.Coding egress,
    int samplingPercent,
    int cores,
    int cpuPercent) {
  /// What is done to items.
  enum Chain {
    /// Nothing.
    PASS,
    /// The default policy.
    POLICY
  }

  /// gRPC, uncompressed, everything kept, one core.
  static Setup of(Chain chain) {
    return new Setup(chain, Traffic.Protocol.GRPC, Traffic.Coding.NONE, 100, 1, 0);
  }

  Setup over(Traffic.Protocol other) {
    return new Setup(chain, other, egress, samplingPercent, cores, cpuPercent);
  }

  Setup coded(Traffic.Coding other) {
    return new Setup(chain, protocol, other, samplingPercent, cores, cpuPercent);
  }

  Setup sampling(int percent) {
    return new Setup(chain, protocol, egress, percent, cores, cpuPercent);
  }

  Setup cores(int number) {
    return new Setup(chain, protocol, egress, samplingPercent, number, cpuPercent);
  }

  Setup limited(int percent) {
    return new Setup(chain, protocol, egress, samplingPercent, cores, percent);
  }
}
