package dev.headgate.config;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The `service.telemetry.admin` block: who may use the operator's API and page.
///
/// @param loopbackRole what callers on this machine may do without a token
/// @param auditLog where changes and actions are written, null = standard error
public record AdminConfig(List<Client> clients, AdminRole loopbackRole, @Nullable Path auditLog) {

  /// Somebody with tokens.
  ///
  /// @param name what the audit log calls them
  /// @param tokenFile holds a token a line, and is watched
  public record Client(String name, AdminRole role, Path tokenFile) {
    /// Checks the name.
    public Client {
      Require.notEmpty("name", name);
      if (role == AdminRole.NONE) {
        throw new IllegalArgumentException("role: none (expected: viewer or admin)");
      }
    }
  }

  /// Checks that every name stands for one.
  public AdminConfig {
    clients = List.copyOf(clients);
    Set<String> names = new HashSet<>();
    for (Client client : clients) {
      if (!names.add(client.name())) {
        throw new IllegalArgumentException(
            "clients: the name '" + client.name() + "' twice (expected: a name of its own each)");
      }
    }
  }
}
