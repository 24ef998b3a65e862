package dev.headgate.bench.compare;

import java.util.Arrays;
import java.util.List;

/// The middle of some figures and how far they lie apart.
record Spread(double median, double min, double max, int count) {
  /// Of figures in any order.
  ///
  /// @throws IllegalArgumentException if there are none
  static Spread of(List<Double> figures) {
    if (figures.isEmpty()) {
      throw new IllegalArgumentException("figures: none (expected: at least one)");
    }
    double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }

  /// Of the quotients of figures that were taken in the same rounds. Ratios are formed first and
  /// then ordered: what disturbed a round disturbed both of its figures.
  static Spread ofRatios(double[] numerators, double[] denominators) {
    if (numerators.length != denominators.length) {
      throw new IllegalArgumentException(
          "rounds: "
              + numerators.length
              + " and "
              + denominators.length
              + " (expected: as many of both)");
    }
    double[] ratios = new double[numerators.length];
    Arrays.setAll(ratios, round -> numerators[round] / denominators[round]);
    return of(Arrays.stream(ratios).boxed().toList());
  }
}
