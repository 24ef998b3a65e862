package dev.headgate.pipeline.memory;

import java.util.List;

/// Content in several runs, as what is cut out of a larger one: nothing of it is copied.
///
/// **Ownership:** lent by whoever holds the bytes that the slices are of.
///
/// @param length the lengths of the slices together
public record Slices(List<Slice> slices, int length) implements Content {
  @Override
  public Bytes whole() {
    return Bytes.of(toArray());
  }

  @Override
  public byte[] toArray() {
    byte[] all = new byte[length];
    int at = 0;
    for (Slice slice : slices) {
      System.arraycopy(slice.bytes().array(), slice.from(), all, at, slice.length());
      at += slice.length();
    }
    return all;
  }

  @Override
  public Slices retain() {
    slices.forEach(slice -> slice.bytes().retain());
    return this;
  }

  @Override
  public void release() {
    slices.forEach(slice -> slice.bytes().release());
  }
}
