package dev.headgate.pipeline.process.sampling;

/// Where an item's randomness came from, in the Collector's words.
enum Policy {
  TRACE_ID_HASH("trace_id_hash"),
  TRACE_ID_W3C("trace_id_w3c"),
  SAMPLING_RANDOMNESS("sampling_randomness"),
  SAMPLING_PRIORITY("sampling_priority"),
  MISSING_RANDOMNESS("missing_randomness"),
  /// The attribute that the configuration names; the Collector's label is that attribute's key.
  ATTRIBUTE("attribute"),
  /// None was needed: errors are kept. The Collector has no such rule.
  ERROR("error");

  private final String label;

  Policy(String label) {
    this.label = label;
  }

  /// The value of the label `policy`.
  String label() {
    return label;
  }
}
