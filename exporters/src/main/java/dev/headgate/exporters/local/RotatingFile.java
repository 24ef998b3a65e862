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
/// has the lowest number.
///
/// **Threading:** confined to one thread at a time.
final class RotatingFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RotatingFile.class);

  private final Path path;
  private final long maxBytes;
  private final int maxBackups;
  private FileChannel channel;

  /// @param maxBytes size at which the file is rotated, 0 = never
  RotatingFile(Path path, boolean append, long maxBytes, int maxBackups) throws IOException {
    this.path = path;
    this.maxBytes = maxBytes;
    this.maxBackups = maxBackups;
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    this.channel = open(append);
  }

  private FileChannel open(boolean append) throws IOException {
    return FileChannel.open(
        path,
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
  }

  /// Appends a line whole; when that fails, what was written of it is cut off again.
  void appendLine(byte[] line) throws IOException {
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
    for (int i = maxBackups - 1; i >= 1; i--) {
      if (Files.exists(backup(i))) {
        Files.move(backup(i), backup(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (maxBackups > 0) {
      Files.move(path, backup(1), StandardCopyOption.REPLACE_EXISTING);
    }
    channel = open(false);
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
