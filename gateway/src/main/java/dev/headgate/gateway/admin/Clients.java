package dev.headgate.gateway.admin;

import dev.headgate.config.AdminConfig.Client;
import dev.headgate.pipeline.files.FileWatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The clients of a configuration and their tokens. A token that two of them have counts for
/// neither: the audit log could not say who it was.
///
/// **Threading:** any thread; changes of the files come on a thread of its own.
///
/// **Ownership:** watches the token files until it is closed.
final class Clients implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Clients.class);

  private final FileWatch files = new FileWatch();
  private final AccessMetrics metrics;
  private final TokenListener listener;
  private volatile List<Known> all = List.of();
  private boolean closed;

  /// A client and what was said of its tokens so far.
  private static final class Known {
    final Client client;
    final TokenFile file;
    Set<String> hashes;
    List<String> problems = List.of();

    Known(Client client, TokenFile file) {
      this.client = client;
      this.file = file;
      this.hashes = file.content().hashes();
    }
  }

  /// Reads the tokens.
  ///
  /// @throws IOException when a file cannot be read, has a line that is no token, or has one that
  ///   another has too
  Clients(List<Client> clients, AccessMetrics metrics, TokenListener listener) throws IOException {
    this.metrics = metrics;
    this.listener = listener;
    List<Known> read = new ArrayList<>();
    try {
      for (Client client : clients) {
        read.add(new Known(client, new TokenFile(client.tokenFile(), files, this::review)));
      }
      for (Known one : read) {
        List<String> shared = shared(one, read);
        if (!shared.isEmpty()) {
          throw new IOException(shared.getFirst());
        }
      }
    } catch (IOException e) {
      files.close();
      throw e;
    }
    all = List.copyOf(read);
    review();
  }

  /// Whose token it is, null when it is nobody's or not one client's alone. Compares with every
  /// token of everybody, whatever the first of them say.
  @Nullable Client of(String token) {
    String hash = TokenFile.hash(token);
    Client found = null;
    int matches = 0;
    for (Known one : all) {
      if (one.file.holds(hash)) {
        found = one.client;
        matches++;
      }
    }
    return matches == 1 ? found : null;
  }

  /// Comes after others: tells of those whose tokens are not the same any more.
  void follow(Clients others) {
    for (Known one : all) {
      for (Known other : others.all) {
        if (one.client.name().equals(other.client.name())) {
          tell(one, other.file.content().hashes(), one.file.content().hashes());
        }
      }
    }
  }

  /// Tells of what changed, and of problems that are new. It may have waited for [#close]: what
  /// changed before that is still told, but nobody would take problems back any more.
  private synchronized void review() {
    for (Known one : all) {
      TokenFile.Content now = one.file.content();
      tell(one, one.hashes, now.hashes());
      one.hashes = now.hashes();
      if (!closed) {
        reviewProblems(one, now);
      }
    }
  }

  private void reviewProblems(Known one, TokenFile.Content now) {
    List<String> problems = new ArrayList<>(now.problems());
    problems.addAll(shared(one, all));
    for (String problem : problems) {
      if (!one.problems.contains(problem)) {
        LOG.error("client {}, {} tokens: {}", one.client.name(), now.hashes().size(), problem);
      }
    }
    metrics.tokenProblems(one.client.name(), problems.size() - one.problems.size());
    one.problems = List.copyOf(problems);
  }

  private void tell(Known one, Set<String> before, Set<String> after) {
    if (!before.equals(after)) {
      listener.changed(one.client.name(), before.size(), after.size());
    }
  }

  /// With whom a client shares tokens.
  private static List<String> shared(Known one, List<Known> all) {
    List<String> shared = new ArrayList<>();
    Set<String> own = one.file.content().hashes();
    for (Known other : all) {
      if (other != one && !Collections.disjoint(own, other.file.content().hashes())) {
        shared.add(
            "token_file: clients %s and %s have the same token (expected: each its own; it counts for neither)"
                .formatted(one.client.name(), other.client.name()));
      }
    }
    return shared;
  }

  /// What was read last still counts for requests that are being looked at.
  @Override
  public synchronized void close() {
    closed = true;
    files.close();
    for (Known one : all) {
      one.file.close();
      metrics.tokenProblems(one.client.name(), -one.problems.size());
      one.problems = List.of();
    }
  }
}
