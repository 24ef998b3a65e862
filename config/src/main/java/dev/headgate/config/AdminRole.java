package dev.headgate.config;

/// What somebody may do on the administration's port, beside what is open to everybody there.
public enum AdminRole {
  /// Nothing.
  NONE,
  /// Look: the overview and the operator's page.
  VIEWER,
  /// Look and act: reload, tap.
  ADMIN;

  /// Whether this role is enough where another one is needed.
  public boolean covers(AdminRole needed) {
    return switch (needed) {
      case NONE -> true;
      case VIEWER -> this != NONE;
      case ADMIN -> this == ADMIN;
    };
  }
}
