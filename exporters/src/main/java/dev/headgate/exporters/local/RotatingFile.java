package dev.headgate.exporters.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file of lines that is renamed to `name.1`, `name.2`, ... when it is full; the newest backup
/// has the lowest number. What an earlier run left in it is replaced by the first line, not before:
/// a second gateway that ends because its port is in use must not wipe the file of the first.
///
/// **Threading:** confined to one thread at a time.
final class RotatingFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RotatingFile.class);

  private final Path path;
  private final long maxBytes;
  private final int maxBackups;
  private FileChannel channel;
  private boolean replaces;

  /// @param maxBytes size at which the file is rotated, 0 = never
  /// @param maxBackups how many renamed files are kept, 0 = all
  RotatingFile(Path path, boolean append, long maxBytes, int maxBackups) throws IOException {
    this.path = path;
    this.maxBytes = maxBytes;
    this.maxBackups = maxBackups;
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    this.channel = open();
    this.replaces = !append;
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /// Appends a line whole; when that fails, what was written of it is cut off again.
  void appendLine(byte[] line) throws IOException {
    if (replaces) {
      channel.truncate(0);
      replaces = false;
    }
    if (maxBytes > 0 && channel.size() > 0 && channel.size() + line.length + 1 > maxBytes) {
      rotate();
    }
    long before = channel.size();
    ByteBuffer buffer = ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      channel.truncate(before);
      throw e;
    }
  }

  private void rotate() throws IOException {
    channel.close();
    int last = 1;
    while (Files.exists(backup(last)) && (maxBackups == 0 || last < maxBackups)) {
      last++;
    }
    for (int i = last - 1; i >= 1; i--) {
      Files.move(backup(i), backup(i + 1), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(path, backup(1), StandardCopyOption.REPLACE_EXISTING);
    channel = open();
  }

  private Path backup(int number) {
    return path.resolveSibling(path.getFileName() + "." + number);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("file exporter: cannot close its file: {}", e.getClass().getSimpleName());
    }
  }
}
