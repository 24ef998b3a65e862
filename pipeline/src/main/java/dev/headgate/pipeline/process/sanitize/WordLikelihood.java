package dev.headgate.pipeline.process.sanitize;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// Tells words from ids by how likely their letters follow one another.
///
/// **Threading:** immutable; any thread.
final class WordLikelihood {
  private static final String TABLE = "digraphs.txt";
  private static final int LETTERS = 27;
  private static final int SPACE = 26;
  private static final int NONE = -1;

  private final double[] logarithms = new double[LETTERS * LETTERS];
  private final double least;

  /// Reads the table that comes with the gateway.
  WordLikelihood() {
    List<String> lines = lines();
    for (int first = 0; first < LETTERS; first++) {
      String[] row = lines.get(first).split(" ", -1);
      for (int second = 0; second < LETTERS; second++) {
        logarithms[first * LETTERS + second] = Double.parseDouble(row[second]);
      }
    }
    this.least = Double.parseDouble(lines.get(LETTERS));
  }

  private static List<String> lines() {
    InputStream table =
        Objects.requireNonNull(WordLikelihood.class.getResourceAsStream(TABLE), TABLE);
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(table, StandardCharsets.US_ASCII))) {
      return reader.lines().filter(line -> !line.startsWith("#")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether `text[from, to)` may be a word. Only its letters and spaces are looked at.
  boolean isWord(byte[] text, int from, int to) {
    double sum = 0;
    int pairs = 0;
    int former = NONE;
    for (int at = from; at < to; at++) {
      int letter = letter(text[at]);
      if (letter != NONE) {
        if (former != NONE) {
          sum += logarithms[former * LETTERS + letter];
          pairs++;
        }
        former = letter;
      }
    }
    return Math.exp(sum / Math.max(pairs, 1)) > least;
  }

  private static int letter(byte b) {
    if (b >= 'a' && b <= 'z') {
      return b - 'a';
    }
    if (b >= 'A' && b <= 'Z') {
      return b - 'A';
    }
    return b == ' ' ? SPACE : NONE;
  }
}
