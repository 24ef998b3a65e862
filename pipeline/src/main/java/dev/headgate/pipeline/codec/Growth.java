package dev.headgate.pipeline.codec;

/// Asks for room before memory is taken, so that whoever counts bytes can refuse.
@FunctionalInterface
public interface Growth {
  /// Whether `moreBytes` may be held besides what was granted before.
  boolean tryGrow(long moreBytes);
}
