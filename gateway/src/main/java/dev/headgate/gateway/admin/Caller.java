package dev.headgate.gateway.admin;

import dev.headgate.config.AdminRole;

/// Who asks for something, as the audit log names them.
///
/// @param name of the client with the token, of the signal or of what else it is
/// @param remote the address it came from, empty when it came from none
public record Caller(String name, AdminRole role, Way way, String remote) {
  /// How somebody is known.
  public enum Way {
    /// By a token.
    TOKEN,
    /// By being on this machine.
    LOOPBACK,
    /// Not at all: the page is open.
    OPEN,
    /// Not at all, where that is not enough: nothing that was shown counts.
    STRANGER,
    /// A signal or the program itself.
    PROCESS
  }

  /// Somebody who is not known and would have to be.
  static Caller stranger(String remote) {
    return new Caller("", AdminRole.NONE, Way.STRANGER, remote);
  }

  /// A signal or the program itself.
  public static Caller process(String name) {
    return new Caller(name, AdminRole.ADMIN, Way.PROCESS, "");
  }
}
