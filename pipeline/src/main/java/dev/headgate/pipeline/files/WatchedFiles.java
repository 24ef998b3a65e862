package dev.headgate.pipeline.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Some files that are used together, such as a certificate and its key. What cannot be used, half
/// written files for example, is looked at again; until then the last good contents stay in use,
/// unless whoever uses them says otherwise.
///
/// **Threading:** confined to one thread at a time.
public final class WatchedFiles {
  /// Larger files are none of these.
  private static final int MAX_BYTES = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);

  private final String what;
  private final List<Path> files;
  private final Use use;
  private @Nullable List<byte[]> used;
  private String lastFailure = "";

  /// Takes the contents of all files.
  public interface Use {
    /// Puts contents into use, or throws and leaves everything as it was.
    ///
    /// @param contents of the files, in their order
    void accept(List<byte[]> contents) throws IOException;

    /// Hears, at every look, that a file cannot be read. Whoever throws keeps the old contents, and
    /// so does everybody who does not say otherwise: half a renewal must not take down a port. What
    /// comes back later counts as changed, even if it is what there was before.
    ///
    /// @param why with the file and the reason
    default void lost(IOException why) throws IOException {
      throw why;
    }
  }

  WatchedFiles(String what, List<Path> files, Use use) {
    this.what = what;
    this.files = List.copyOf(files);
    this.use = use;
  }

  void readFirst() throws IOException {
    List<byte[]> contents = read();
    use.accept(contents);
    used = contents;
  }

  /// Reads the files and uses them if they have changed.
  void look() {
    try {
      List<byte[]> contents = readOrTell();
      if (contents != null && !same(contents, used)) {
        use.accept(contents);
        LOG.info("{}: {} changed and counts from now on", what, files);
      }
      used = contents;
      lastFailure = "";
    } catch (IOException | RuntimeException e) {
      String failure = String.valueOf(e.getMessage());
      if (!failure.equals(lastFailure)) {
        lastFailure = failure;
        LOG.warn("{}: the old contents stay in use: {}", what, failure);
      }
    }
  }

  /// Null when a file cannot be read and nothing of it stays in use.
  private @Nullable List<byte[]> readOrTell() throws IOException {
    try {
      return read();
    } catch (IOException e) {
      use.lost(e);
      return null;
    }
  }

  private static boolean same(List<byte[]> contents, @Nullable List<byte[]> others) {
    if (others == null || others.size() != contents.size()) {
      return false;
    }
    for (int i = 0; i < contents.size(); i++) {
      if (!Arrays.equals(contents.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }

  private List<byte[]> read() throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (Path file : files) {
      contents.add(read(file));
    }
    return contents;
  }

  private byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("larger than " + MAX_BYTES + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      String reason =
          switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "not allowed to read";
            default -> e.getMessage();
          };
      throw new IOException(what + ": " + file + ": " + reason + " (expected: a readable file)", e);
    }
  }
}
