package dev.headgate.pipeline.otlp;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.Slice;
import dev.headgate.pipeline.memory.Slices;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Cuts a checked request into smaller ones at resource, scope, metric and item level, in one pass
/// and without copying: the parts are slices of the request, with tags and lengths of their own for
/// the messages that are divided. Each such part repeats what stands around its items there:
/// resource, scope, schema URLs, a metric's name, unit and temporality, unknown fields.
///
/// **Threading:** confined to one thread; one instance per split.
public final class OtlpSplitter {
  /// Protobuf encoders write the values of a field in a row, which takes a few for each level. A
  /// hostile request could make its parts take millions.
  static final int MAX_SLICES = 64;

  private static final int NO_TAG = 0;

  private final Bytes request;
  private final byte[] source;

  /// All items of the request belong to one of these, also those that nobody wants.
  private final List<Part> parts = new ArrayList<>();

  private int current;
  private int item;

  private OtlpSplitter(Bytes request, int items, int[] bounds) {
    this.request = request;
    this.source = request.array();
    if (bounds[0] > 0) {
      parts.add(new Part(bounds[0], false));
    }
    for (int i = 1; i < bounds.length; i++) {
      parts.add(new Part(bounds[i], true));
    }
    if (bounds[bounds.length - 1] < items) {
      parts.add(new Part(items, false));
    }
  }

  /// Cuts out items, which keep their order: part i holds those from `bounds[i]` up to, without it,
  /// `bounds[i + 1]`. A message without items goes with the item before it.
  ///
  /// **Ownership:** the parts hold nothing; they may be read as long as the request.
  ///
  /// @param request a checked request
  /// @param items how many items it holds
  /// @param bounds numbers of items, ascending
  /// @return the parts, each a request; none when one would be in more than 64 slices, because
  ///   other fields stand between the items again and again
  /// @throws IllegalArgumentException when the bounds are none, or the request holds another number
  ///   of items
  public static List<Slices> split(Signal signal, Bytes request, int items, int... bounds) {
    boolean ascending = bounds.length > 1 && bounds[0] >= 0 && bounds[bounds.length - 1] <= items;
    for (int i = 1; i < bounds.length; i++) {
      ascending &= bounds[i] > bounds[i - 1];
    }
    if (!ascending) {
      throw new IllegalArgumentException(
          "bounds: " + Arrays.toString(bounds) + " (expected: ascending, 0 to " + items + ")");
    }
    OtlpSplitter splitter = new OtlpSplitter(request, items, bounds);
    splitter.message(OtlpLevel.root(signal), NO_TAG, 0, 0, request.length());
    if (splitter.item != items) {
      throw new IllegalArgumentException("items: " + items + " (expected: " + splitter.item + ")");
    }
    return splitter.result();
  }

  /// Walks a message. When all of it turns out to belong to one part it is there as it is, else it
  /// is made anew in each of its parts.
  ///
  /// @param start where its tag is
  /// @param from where its content begins
  private void message(OtlpLevel level, int tag, int start, int from, int to) {
    int first = current;
    int mark = parts.get(first).runs.count;
    Runs headers = new Runs();
    children(level, from, to, headers);
    if (first < current && parts.get(first).runs.count == mark) {
      // That part was full already.
      first++;
      mark = 0;
    }
    if (first == current) {
      Runs whole = parts.get(first).runs;
      whole.truncate(mark);
      whole.add(request, start, to);
      return;
    }
    for (int i = first; i <= current; i++) {
      parts.get(i).runs.wrap(i == first ? mark : 0, tag, headers);
    }
  }

  /// @param headers gets the fields that do not lead to items
  private void children(OtlpLevel level, int from, int to, Runs headers) {
    int at = from;
    while (at < to) {
      int start = at;
      int tag = (int) WireScan.varint(source, at);
      int value = WireScan.varintEnd(source, at);
      at = WireScan.skip(source, tag, value);
      OtlpLevel child = level.child(WireType.field(tag));
      if (child == null) {
        headers.add(request, start, at);
      } else if (child.isItem()) {
        at = items(tag, start, to);
      } else {
        message(child, tag, start, WireScan.varintEnd(source, value), at);
      }
    }
  }

  /// Adds the item that stands at `from`, and those right behind it: a run of them is one slice.
  ///
  /// @return where they end
  private int items(int tag, int from, int to) {
    int at = from;
    do {
      int start = at;
      if (item == parts.get(current).to && current < parts.size() - 1) {
        current++;
      }
      Part part = parts.get(current);
      do {
        at = WireScan.skip(source, tag, WireScan.varintEnd(source, at));
        item++;
      } while (at < to && source[at] == tag && item < part.to);
      part.runs.add(request, start, at);
    } while (at < to && source[at] == tag);
    return at;
  }

  private List<Slices> result() {
    List<Slices> slices = new ArrayList<>(parts.size());
    for (Part part : parts) {
      if (part.wanted) {
        if (part.runs.count > MAX_SLICES) {
          return List.of();
        }
        slices.add(part.runs.slices());
      }
    }
    return slices;
  }

  /// One of the parts, with the items up to, without it, `to`.
  private static final class Part {
    private final int to;
    private final boolean wanted;
    private final Runs runs = new Runs();

    Part(int to, boolean wanted) {
      this.to = to;
      this.wanted = wanted;
    }
  }

  /// Slices in a row. Those beyond [#MAX_SLICES] are only counted: most of them are forgotten
  /// again, and a hostile request may have millions.
  private static final class Runs {
    private static final int LONGEST_HEADER_BYTES = 15;

    private final List<Slice> slices = new ArrayList<>();
    private int count;

    /// Adds `[from, to)` of the request, to the last slice if that ends there. It may be the end of
    /// a message that was divided: the length of that is written already. It is never the end of
    /// what stands before a message that the walk is in, whose tag and length stand between.
    void add(Bytes request, int from, int to) {
      if (count > 0 && count == slices.size() && isUpTo(slices.getLast(), request, from)) {
        Slice last = slices.removeLast();
        slices.add(new Slice(request, last.from(), to - last.from()));
      } else {
        insert(count, new Slice(request, from, to - from));
      }
    }

    @SuppressWarnings("ReferenceEquality") // the request, and not a header of ours
    private static boolean isUpTo(Slice slice, Bytes request, int end) {
      return slice.bytes() == request && slice.from() + slice.length() == end;
    }

    private void insert(int at, Slice slice) {
      if (count == slices.size() && count < MAX_SLICES) {
        slices.add(at, slice);
      }
      count++;
    }

    /// Forgets the slices from number `mark` on.
    void truncate(int mark) {
      count = mark;
      if (mark < slices.size()) {
        slices.subList(mark, slices.size()).clear();
      }
    }

    /// Makes the slices from number `mark` on a message, with other fields in front.
    void wrap(int mark, int tag, Runs headers) {
      if (headers.count > headers.slices.size() || count > slices.size()) {
        count += headers.count + MAX_SLICES; // too many, whatever follows
        return;
      }
      for (int i = 0; i < headers.count; i++) {
        insert(mark + i, headers.slices.get(i));
      }
      if (tag != NO_TAG && count == slices.size()) {
        WireWriter header = new WireWriter(LONGEST_HEADER_BYTES);
        header.writeVarint(Integer.toUnsignedLong(tag));
        header.writeVarint(lengthFrom(mark));
        byte[] written = header.toByteArray();
        insert(mark, new Slice(Bytes.of(written), 0, written.length));
      }
    }

    private int lengthFrom(int mark) {
      int length = 0;
      for (Slice slice : slices.subList(mark, slices.size())) {
        length += slice.length();
      }
      return length;
    }

    Slices slices() {
      return new Slices(List.copyOf(slices), lengthFrom(0));
    }
  }
}
