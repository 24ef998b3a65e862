package dev.headgate.pipeline.codec;

import java.util.Arrays;

/// The first `length` bytes of an array that will be written to again.
record Written(byte[] array, int length) {
  byte[] toArray() {
    return Arrays.copyOf(array, length);
  }
}
