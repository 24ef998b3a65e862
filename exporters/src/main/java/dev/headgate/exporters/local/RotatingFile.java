package dev.headgate.exporters.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file of lines that is renamed to `name.1`, `name.2`, ... when it is full; the newest backup
/// has the lowest number. What an earlier run left in it is touched by the first line, not before:
/// a second gateway that ends because its port is in use must not wipe the file of the first.
///
/// **Threading:** confined to one thread at a time.
final class RotatingFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RotatingFile.class);

  private final Path path;
  private final long maxBytes;
  private final int maxBackups;
  private @Nullable FileChannel channel;

  /// Where a line begins that could neither be written nor cut off again; -1 = none.
  private long tornAt = -1;

  private boolean replaces;
  private boolean continues;
  private boolean closed;

  /// @param maxBytes size at which the file is rotated, 0 = never
  /// @param maxBackups rotated files that are kept, 0 = all
  RotatingFile(Path path, boolean append, long maxBytes, int maxBackups) throws IOException {
    this.path = path.toAbsolutePath();
    this.maxBytes = maxBytes;
    this.maxBackups = maxBackups;
    this.channel = open();
    this.replaces = !append;
    this.continues = append;
  }

  private FileChannel open() throws IOException {
    Path folder = path.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return FileChannel.open(
        path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  /// Ends the line that a crash cut short, so that the next is not glued to it.
  private void finishLine(FileChannel opened) throws IOException {
    long size = opened.size();
    if (size == 0 || !Files.isRegularFile(path)) {
      return;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    try (FileChannel reader = FileChannel.open(path, StandardOpenOption.READ)) {
      reader.read(last, size - 1);
    }
    if (last.get(0) != '\n') {
      opened.write(ByteBuffer.wrap(new byte[] {'\n'}));
    }
  }

  /// Appends lines, all or none: when that fails, what was written of them is cut off again. They
  /// stay in one file, which is larger than its bound where they alone are.
  void append(List<byte[]> lines) throws IOException {
    if (closed) {
      throw new IOException("file closed");
    }
    long added = 0;
    for (byte[] line : lines) {
      added += line.length + 1L;
    }
    FileChannel open = ready();
    if (maxBytes > 0 && open.size() > 0 && open.size() + added > maxBytes) {
      open = rotate(open);
    }
    long before = open.size();
    try {
      for (byte[] line : lines) {
        write(open, ByteBuffer.wrap(line));
        write(open, ByteBuffer.wrap(new byte[] {'\n'}));
      }
    } catch (IOException e) {
      tornAt = before;
      try {
        mend(open);
      } catch (IOException torn) {
        e.addSuppressed(torn);
      }
      throw e;
    }
  }

  private static void write(FileChannel open, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      open.write(bytes);
    }
  }

  private FileChannel ready() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      open = open();
      channel = open;
    }
    if (replaces) {
      open.truncate(0);
      replaces = false;
    } else if (continues) {
      finishLine(open);
      continues = false;
    }
    mend(open);
    return open;
  }

  private void mend(FileChannel open) throws IOException {
    if (tornAt >= 0) {
      open.truncate(tornAt);
      tornAt = -1;
    }
  }

  private FileChannel rotate(FileChannel full) throws IOException {
    int last = 1;
    while (Files.exists(backup(last)) && (maxBackups == 0 || last < maxBackups)) {
      last++;
    }
    for (int i = last - 1; i >= 1; i--) {
      Files.move(backup(i), backup(i + 1), StandardCopyOption.REPLACE_EXISTING);
    }
    // The channel follows the renamed file: when renaming fails it is still the right one.
    Files.move(path, backup(1), StandardCopyOption.REPLACE_EXISTING);
    channel = null;
    full.close();
    FileChannel fresh = open();
    channel = fresh;
    return fresh;
  }

  private Path backup(int number) {
    return path.resolveSibling(path.getFileName() + "." + number);
  }

  @Override
  public void close() {
    closed = true;
    FileChannel open = channel;
    channel = null;
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (IOException e) {
      LOG.warn("file exporter: cannot close its file: {}", e.getClass().getSimpleName());
    }
  }
}
