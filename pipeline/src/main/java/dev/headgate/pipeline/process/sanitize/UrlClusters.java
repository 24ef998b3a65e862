package dev.headgate.pipeline.process.sanitize;

import java.util.Arrays;

/// The pattern of a URL's path: segments that look like ids become `*`, what stands behind `?`, `&`
/// or `#` is cut off, and so is what stands behind the tenth `/`. Decides as the Collector's
/// `url_sanitizer` does (grafana/clusterurl 0.2.1), in one pass.
///
/// **Threading:** immutable; any thread.
final class UrlClusters {
  private static final int MAX_SEGMENTS = 10;
  private static final byte STAR = '*';

  private final WordLikelihood words = new WordLikelihood();

  /// The pattern of a text, which is not changed.
  byte[] of(byte[] text) {
    byte[] path = text.clone();
    int length = path.length;
    // What is decided ends at `done`, the segment that is being read at `end`.
    int done = 0;
    int end = 0;
    boolean id = false;
    boolean oddAllowed = true;
    int segments = 0;
    for (int at = 0; at < text.length; at++) {
      byte c = text[at];
      if (c == '?' || c == '&' || c == '#') {
        if (id) {
          path[done++] = STAR;
        } else {
          // A last word is not judged here.
          done = end;
        }
        length = done;
        break;
      }
      if (c == '/') {
        segments++;
        if (id) {
          path[done++] = STAR;
        } else {
          done = judged(path, done, end);
        }
        if (segments >= MAX_SEGMENTS) {
          break;
        }
        path[done++] = c;
        end = done;
        id = false;
        oddAllowed = true;
      } else if (!id) {
        path[end++] = c;
        if (!isOfWords(c)) {
          // A word may have something odd in second place, such as v1.
          id = !(oddAllowed && end - done == 2);
          oddAllowed = false;
        }
      }
    }
    if (length > 0 && id) {
      if (done < length) {
        path[done++] = STAR;
      }
    } else if (length > 0) {
      done = judged(path, done, end);
    }
    return Arrays.copyOf(path, done);
  }

  /** Judges the segment `[done, end)`: where what is decided ends then. */
  private int judged(byte[] path, int done, int end) {
    if (end > done && !words.isWord(path, done, end)) {
      path[done] = STAR;
      return done + 1;
    }
    return Math.max(done, end);
  }

  private static boolean isOfWords(byte c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '-'
        || c == '_'
        || c == '.'
        || c == ' ';
  }
}
